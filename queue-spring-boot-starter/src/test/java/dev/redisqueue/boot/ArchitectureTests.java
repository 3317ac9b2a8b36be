package dev.redisqueue.boot;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.redisqueue.boot.test.RedisQueueTest;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Bean;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

class ArchitectureTests {

	private final JavaClasses main = new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests())
		.importPackages("dev.redisqueue.boot");

	@Test
	void onlyAutoConfigurationsAndWhatListenersNeedArePublic() {
		classes().that()
			.arePublic()
			.and()
			.doNotBelongToAnyOf(RedisQueueListener.class, RedisQueueListenerRegistry.class, RedisQueueTest.class)
			.should()
			.beAnnotatedWith(AutoConfiguration.class)
			.andShould()
			.haveModifier(JavaModifier.FINAL)
			.because("everything else is reached through properties and beans, and free to change")
			.check(this.main);
	}

	@Test
	void beanMethodsAreNotPublic() {
		methods().that()
			.areAnnotatedWith(Bean.class)
			.should()
			.notBePublic()
			.because("auto-configurations are no API")
			.check(this.main);
	}

	@Test
	void theEmbeddedServerKnowsNothingOfTheQueue() {
		noClasses().that()
			.resideInAPackage("dev.redisqueue.boot.embedded")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("dev.redisqueue", "dev.redisqueue.codec", "dev.redisqueue.redis", "dev.redisqueue.boot")
			.because("it serves the whole application, which may use Redis for more than queues")
			.check(this.main);
	}

	@Test
	void onlyTheEmbeddedServerNeedsItsLibrary() {
		noClasses().that()
			.resideOutsideOfPackage("dev.redisqueue.boot.embedded")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("redis.embedded..")
			.because("it is an optional dependency")
			.check(this.main);
	}

	@Test
	void onlyTheValidationNeedsItsLibrary() {
		noClasses().that()
			.doNotBelongToAnyOf(JakartaPayloadCheck.class)
			.should()
			.dependOnClassesThat()
			.resideInAPackage("jakarta.validation..")
			.because("it is an optional dependency")
			.check(this.main);
	}

	@Test
	void onlyTheTestSliceNeedsTheTestSupport() {
		noClasses().that()
			.resideOutsideOfPackage("dev.redisqueue.boot.test")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("org.springframework.boot.test..", "org.springframework.test..", "org.junit..",
					"dev.redisqueue.boot.test")
			.because("these are optional dependencies")
			.check(this.main);
	}

	@Test
	void lettuceIsLeftToTheCore() {
		noClasses().should()
			.dependOnClassesThat()
			.resideInAPackage("io.lettuce..")
			.because("the connections of the queues are the core's")
			.check(this.main);
	}

}
