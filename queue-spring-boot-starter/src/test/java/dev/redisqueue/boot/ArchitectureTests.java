package dev.redisqueue.boot;

import java.util.Set;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import dev.redisqueue.boot.test.RedisQueueTest;
import dev.redisqueue.testing.TypeCycles;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Bean;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

class ArchitectureTests {

	private static final String ROOT = "dev.redisqueue.boot";

	private static final String AUTOCONFIGURE = ROOT + ".autoconfigure";

	private static final String LISTENER = ROOT + ".listener";

	private static final String QUEUES = ROOT + ".queues";

	private static final String PROPERTIES = ROOT + ".properties";

	private static final String EMBEDDED = ROOT + ".embedded";

	private static final String TEST = ROOT + ".test";

	/** The packages that say in their package-info that they are no API. */
	private static final String[] ROOMS = { LISTENER, QUEUES, PROPERTIES };

	private final JavaClasses main = new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests())
		.importPackages(ROOT);

	@Test
	void onlyAutoConfigurationsAndWhatListenersNeedArePublic() {
		classes().that()
			.arePublic()
			.and()
			.resideOutsideOfPackages(ROOMS)
			.and()
			.doNotBelongToAnyOf(RedisQueueListener.class, RedisQueueListenerRegistry.class, RedisQueueOptions.class,
					RedisQueueTest.class)
			.should()
			.beAnnotatedWith(AutoConfiguration.class)
			.andShould()
			.haveModifier(JavaModifier.FINAL)
			.because("everything else is reached through properties and beans, and free to change")
			.check(this.main);
	}

	@Test
	void whatApplicationsImportIsInTheRoot() {
		assertThat(this.main.stream()
			.filter((type) -> type.getPackageName().equals(ROOT) && type.isTopLevelClass()
					&& !type.getSimpleName().equals("package-info"))
			.map(JavaClass::getFullName)).containsExactlyInAnyOrder(RedisQueueListener.class.getName(),
					RedisQueueListenerRegistry.class.getName(), RedisQueueOptions.class.getName());
	}

	@Test
	void whatIsPublicInARoomIsUsedByAnother() {
		classes().that()
			.arePublic()
			.and()
			.resideInAnyPackage(ROOMS)
			.should(beUsedFromAnotherPackage())
			.andShould()
			.haveModifier(JavaModifier.FINAL)
			.because("it is public for Java alone: no application imports it, and nobody extends it")
			.check(this.main);
	}

	@Test
	void roomsImportDownwards() {
		layeredArchitecture().consideringOnlyDependenciesInLayers()
			.layer("autoconfigure")
			.definedBy(AUTOCONFIGURE)
			.layer("listener")
			.definedBy(LISTENER)
			.layer("queues")
			.definedBy(QUEUES)
			.layer("properties")
			.definedBy(PROPERTIES)
			.layer("root")
			.definedBy(ROOT)
			.whereLayer("autoconfigure")
			.mayNotBeAccessedByAnyLayer()
			.whereLayer("listener")
			.mayOnlyBeAccessedByLayers("autoconfigure")
			.whereLayer("queues")
			.mayOnlyBeAccessedByLayers("autoconfigure", "listener")
			.whereLayer("properties")
			.mayOnlyBeAccessedByLayers("autoconfigure", "listener", "queues")
			.whereLayer("root")
			.mayOnlyBeAccessedByLayers("autoconfigure", "listener")
			.because("a property becomes settings, these a queue, and that is listened to: "
					+ "each room can be read with those below it alone")
			.check(this.main);
	}

	@Test
	void packagesHaveNoCycles() {
		slices().matching("dev.redisqueue.(**)")
			.should()
			.beFreeOfCycles()
			.because("each package can be read with those below it alone")
			.check(this.main);
	}

	@Test
	void typesHaveNoCycles() {
		TypeCycles.within(this.main)
			.allow("an annotation of a test slice names what bootstraps and filters it, and both read the annotation",
					RedisQueueTest.class.getName(), TEST + ".RedisQueueTestContextBootstrapper",
					TEST + ".RedisQueueTypeExcludeFilter")
			.check();
	}

	@Test
	void theRootKnowsNothingBelow() {
		noClasses().that()
			.resideInAPackage(ROOT)
			.should()
			.dependOnClassesThat()
			.resideInAPackage(ROOT + ".*..")
			.because("what applications import must not change with what is free to")
			.check(this.main);
	}

	@Test
	void settingsReadInOneDirection() {
		noClasses().that()
			.haveSimpleName("RedisQueueProperties")
			.or()
			.haveSimpleName("QueueSettings")
			.or()
			.haveSimpleName("ListenerSettings")
			.should()
			.dependOnClassesThat(haveSimpleNames("PropertiesBinder", "QueueSettingsFactory", "RedisQueueSettings"))
			.because("properties are bound, then merged to settings: what is the outcome of a step does not know it")
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
	void beansAreMadeByAutoConfigurations() {
		methods().that()
			.areAnnotatedWith(Bean.class)
			.should()
			.beDeclaredInClassesThat()
			.areAnnotatedWith(AutoConfiguration.class)
			.because("one look tells which beans there are")
			.check(this.main);
	}

	@Test
	void theEmbeddedServerKnowsNothingOfTheQueue() {
		noClasses().that()
			.resideInAPackage(EMBEDDED)
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("dev.redisqueue", "dev.redisqueue.codec..", "dev.redisqueue.redis..", ROOT,
					AUTOCONFIGURE, LISTENER, QUEUES, PROPERTIES)
			.because("it serves the whole application, which may use Redis for more than queues")
			.check(this.main);
	}

	@Test
	void onlyTheEmbeddedServerNeedsItsLibrary() {
		noClasses().that()
			.resideOutsideOfPackage(EMBEDDED)
			.should()
			.dependOnClassesThat()
			.resideInAPackage("redis.embedded..")
			.because("it is an optional dependency")
			.check(this.main);
	}

	@Test
	void onlyTheValidationNeedsItsLibrary() {
		noClasses().that()
			.doNotHaveFullyQualifiedName(LISTENER + ".JakartaPayloadCheck")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("jakarta.validation..")
			.because("it is an optional dependency")
			.check(this.main);
	}

	@Test
	void onlyTheTestSliceNeedsTheTestSupport() {
		noClasses().that()
			.resideOutsideOfPackage(TEST)
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("org.springframework.boot.test..", "org.springframework.test..", "org.junit..", TEST)
			.because("these are optional dependencies")
			.check(this.main);
	}

	@Test
	void onlyTheQueuesRoomMakesQueues() {
		noClasses().that()
			.resideOutsideOfPackages(QUEUES, AUTOCONFIGURE)
			.should()
			.dependOnClassesThat()
			.resideInAPackage("dev.redisqueue.redis..")
			.because("settings and listeners are the same wherever a queue is kept")
			.check(this.main);
	}

	@Test
	void ofTheRedisPackageOnlyTheFactoryIsKnown() {
		noClasses().should()
			.dependOnClassesThat()
			.resideInAPackage("dev.redisqueue.redis.*..")
			.because("what is below it is no API")
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

	private static DescribedPredicate<JavaClass> haveSimpleNames(String... names) {
		return DescribedPredicate.describe("have the simple name " + String.join(" or ", names),
				(type) -> Set.of(names).contains(type.getSimpleName()));
	}

	private static ArchCondition<JavaClass> beUsedFromAnotherPackage() {
		return new ArchCondition<>("be used from another package") {

			@Override
			public void check(JavaClass type, ConditionEvents events) {
				boolean used = type.getDirectDependenciesToSelf()
					.stream()
					.anyMatch((user) -> !user.getOriginClass().getPackageName().equals(type.getPackageName()));
				events.add(new SimpleConditionEvent(type, used, type.getName() + " is used in its package alone"));
			}

		};
	}

}
