package dev.redisqueue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.redisqueue.testing.TypeCycles;
import org.junit.jupiter.api.Test;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

class ArchitectureTests {

	private static final JavaClasses CORE = new ClassFileImporter()
		.withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
		.importPackages("dev.redisqueue");

	@Test
	void theApiImportsTheJdkAndJspecifyOnly() {
		classes().that()
			.resideInAPackage("dev.redisqueue")
			.should()
			.onlyDependOnClassesThat()
			.resideInAnyPackage("dev.redisqueue", "java..", "org.jspecify..")
			.because("an application that reads the API should meet nothing else")
			.check(CORE);
	}

	@Test
	void codecsKnowNoRedis() {
		noClasses().that()
			.resideInAPackage("dev.redisqueue.codec")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("dev.redisqueue.redis..", "org.springframework..", "io.lettuce..")
			.because("how a payload is written has nothing to do with where")
			.check(CORE);
	}

	@Test
	void nothingInCoreKnowsBoot() {
		noClasses().should()
			.dependOnClassesThat()
			.resideInAnyPackage("org.springframework.boot..", "dev.redisqueue.boot..")
			.because("the core is used without Boot too")
			.check(CORE);
	}

	@Test
	void onlyTheRedisPackageKnowsRedis() {
		noClasses().that()
			.resideOutsideOfPackage("dev.redisqueue.redis..")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("io.lettuce..", "org.springframework.data..")
			.because("everything else must outlive a change of client")
			.check(CORE);
	}

	@Test
	void packagesHaveNoCycles() {
		slices().matching("dev.redisqueue.(**)")
			.should()
			.beFreeOfCycles()
			.because("each package can be read with those below it alone")
			.check(CORE);
	}

	@Test
	void typesOfARoomHaveNoCycles() {
		String stock = "an interface makes its stock implementations, which implement it";
		TypeCycles.within(CORE)
			.allow(stock, type("Backoff"), type("FixedBackoff"), type("ExponentialBackoff"))
			.allow(stock, type("codec.PayloadCodec"), type("codec.BytesPayloadCodec"), type("codec.JsonPayloadCodec"),
					type("codec.StringPayloadCodec"))
			.allow(stock, type("listener.DeliveryHandler"), type("listener.EachHandler"))
			.allow(stock, type("listener.FailurePolicy"), type("listener.ClassFailurePolicy"))
			.allow("whoever has what a source took settles it and holds the source off", type("listener.Source"),
					type("listener.TakenDelivery"))
			.allow("a loan asks whether its lease is lost, and its incarnation forgets what is settled",
					type("redis.lease.Incarnation"), type("redis.lease.Loan"))
			.check();
	}

	private static String type(String name) {
		return "dev.redisqueue." + name;
	}

	@Test
	void roomsImportDownwardsOnly() {
		layeredArchitecture().consideringOnlyDependenciesInLayers()
			.layer("queue")
			.definedBy("dev.redisqueue.redis")
			.layer("put")
			.definedBy("dev.redisqueue.redis.put")
			.layer("take")
			.definedBy("dev.redisqueue.redis.take")
			.layer("upkeep")
			.definedBy("dev.redisqueue.redis.upkeep")
			.layer("lease")
			.definedBy("dev.redisqueue.redis.lease")
			.layer("store")
			.definedBy("dev.redisqueue.redis.store")
			.layer("frame")
			.definedBy("dev.redisqueue.redis.frame")
			.layer("link")
			.definedBy("dev.redisqueue.redis.link")
			.whereLayer("queue")
			.mayNotBeAccessedByAnyLayer()
			.whereLayer("put")
			.mayOnlyBeAccessedByLayers("queue")
			.whereLayer("take")
			.mayOnlyBeAccessedByLayers("queue")
			.whereLayer("upkeep")
			.mayOnlyBeAccessedByLayers("queue", "put", "take")
			.whereLayer("lease")
			.mayOnlyBeAccessedByLayers("queue", "put", "take", "upkeep")
			.whereLayer("store")
			.mayOnlyBeAccessedByLayers("queue", "put", "take", "upkeep", "lease")
			.whereLayer("frame")
			.mayOnlyBeAccessedByLayers("queue", "put", "take", "upkeep", "lease")
			.because("each room can be read with those below it alone")
			.check(CORE);
	}

	@Test
	void nobodySpins() {
		noClasses().should()
			.callMethod(Thread.class, "yield")
			.orShould()
			.callMethod(Thread.class, "onSpinWait")
			.because("a yield gives a whole time slice away where others want the processor, and event loops belong to "
					+ "the application")
			.check(CORE);
	}

	@Test
	void storesNeverOpenAMessage() {
		noClasses().that()
			.resideInAPackage("dev.redisqueue.redis.store")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("dev.redisqueue.redis.frame")
			.because("scripts take bytes and give bytes; what changes a message is written in Java, before")
			.check(CORE);
	}

	@Test
	void messagesDoNotKnowWhereTheyAre() {
		noClasses().that()
			.resideInAPackage("dev.redisqueue.redis.frame")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("dev.redisqueue.redis.store")
			.because("a frame is the same in every key, and in other clients")
			.check(CORE);
	}

	@Test
	void nobodyImportsBelowTheRedisPackage() {
		noClasses().that()
			.resideOutsideOfPackage("dev.redisqueue.redis..")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("dev.redisqueue.redis.*..")
			.because("types of the rooms are public for other rooms only; they change with any release")
			.check(CORE);
	}

	@Test
	void partsUseSixThingsAtMost() {
		assertThat(CORE.stream()
			.flatMap((type) -> type.getConstructors().stream())
			.filter((constructor) -> !constructor.getOwner().isRecord())
			.filter((constructor) -> constructor.getRawParameterTypes().size() > 6)
			.map((constructor) -> constructor.getFullName())).isEmpty();
	}

	@Test
	void decisionsNeverReadTheClockOfThisMachine() {
		noClasses().should()
			.callMethod(System.class, "currentTimeMillis")
			.orShould()
			.callMethod(java.time.Instant.class, "now")
			.orShould()
			.callMethod(java.util.concurrent.TimeUnit.class, "sleep", long.class)
			.orShould()
			.callMethod(Thread.class, "sleep", long.class)
			.because("leases and due times know the clock of Redis only, and waits can be ended")
			.check(CORE);
	}

	@Test
	void nothingIsSerializedByJava() {
		noClasses().should()
			.dependOnClassesThat()
			.haveFullyQualifiedName("java.io.ObjectInputStream")
			.because("bytes from Redis may come from anybody")
			.check(CORE);
	}

	@Test
	void theRedisPackageHasOnePublicType() {
		assertThat(CORE.stream()
			.filter((type) -> type.getPackageName().equals("dev.redisqueue.redis"))
			.filter((type) -> type.getModifiers().contains(com.tngtech.archunit.core.domain.JavaModifier.PUBLIC))
			.filter((type) -> type.isTopLevelClass())
			.map((type) -> type.getSimpleName())).containsExactly("RedisQueueFactory");
	}

	@Test
	void publicTypesStayFew() {
		assertThat(CORE.stream()
			.filter((type) -> type.getModifiers().contains(com.tngtech.archunit.core.domain.JavaModifier.PUBLIC))
			.filter((type) -> type.isTopLevelClass())
			.filter((type) -> !type.getPackageName().startsWith("dev.redisqueue.redis."))
			.count()).isLessThanOrEqualTo(30);
	}

}
