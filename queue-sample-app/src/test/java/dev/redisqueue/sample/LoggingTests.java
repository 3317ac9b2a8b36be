package dev.redisqueue.sample;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TimeZone;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingInitializationContext;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.mock.env.MockEnvironment;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The configuration in {@code logback-spring.xml}, loaded as Boot loads it.
 */
class LoggingTests {

	private static final int BACKUP_BYTES = 10 * 1024 * 1024;

	private final LoggingSystem system = LoggingSystem.get(getClass().getClassLoader());

	private final Locale locale = Locale.getDefault();

	private final PrintStream err = System.err;

	private final ByteArrayOutputStream console = new ByteArrayOutputStream();

	private final Logger fileLogger = LoggerFactory.getLogger("fileLogger");

	private final Logger rtLogger = LoggerFactory.getLogger("rtLogger");

	@TempDir
	Path folder;

	@AfterEach
	void stopLogging() {
		this.system.getShutdownHandler().run();
		this.system.cleanUp();
		System.setErr(this.err);
		System.clearProperty("CONSOLE_LOG_THRESHOLD");
		Locale.setDefault(this.locale);
	}

	@Test
	void writesNameLevelAndMessageToTheConsole() {
		start("INFO");
		this.rtLogger.warn("broken");
		LoggerFactory.getLogger("a.longer.name.than.twelve").info("hello");
		this.fileLogger.error("bad");
		assertThat(console()).containsExactly("rtLogger    : WARN     broken",
				"a.longer.name.than.twelve: INFO     hello", "fileLogger  : ERROR    bad");
	}

	@Test
	void writesTimeFileLineLevelAndMessageToTheFile() throws IOException {
		start("INFO");
		this.fileLogger.info("one");
		this.rtLogger.warn("two");
		LoggerFactory.getLogger("other").info("not for the file");
		assertThat(lines("default.log")).hasSize(2)
			.satisfies((lines) -> assertThat(lines.get(0))
				.matches("\\w{3}, \\d\\d \\w{3} \\d{4} \\d\\d:\\d\\d:\\d\\d LoggingTests\\.java\\[line:\\d+] INFO one"))
			.satisfies((lines) -> assertThat(lines.get(1)).endsWith("] WARN two"));
	}

	@Test
	void namesTheLineThatLogged() throws IOException {
		start("INFO");
		int line = new Throwable().getStackTrace()[0].getLineNumber() + 1;
		this.rtLogger.info("here");
		assertThat(lines("default.log").get(0)).contains(" LoggingTests.java[line:" + line + "] ");
	}

	@ParameterizedTest
	@ValueSource(strings = { "zh-CN", "de-DE", "ar-EG", "en-US" })
	void writesEnglishAndLocalTimeWhateverTheLocale(String tag) throws IOException {
		Locale.setDefault(Locale.forLanguageTag(tag));
		start("INFO");
		LocalDateTime before = LocalDateTime.now(ZoneId.systemDefault()).minusSeconds(1);
		this.fileLogger.info("now");
		String line = lines("default.log").get(0);
		LocalDateTime written = LocalDateTime.parse(line.substring(0, 25),
				DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss", Locale.ENGLISH));
		assertThat(written).isBetween(before, LocalDateTime.now(ZoneId.systemDefault()));
	}

	@ParameterizedTest
	@ValueSource(strings = { "EST", "PST", "IST", "GMT+05:30", "Europe/Berlin", "UTC" })
	void writesLocalTimeWhateverTheNameOfTheZone(String zone) throws IOException {
		String property = System.getProperty("user.timezone", "");
		System.setProperty("user.timezone", zone);
		TimeZone.setDefault(TimeZone.getTimeZone(zone));
		try {
			writesEnglishAndLocalTimeWhateverTheLocale("en-US");
		}
		finally {
			System.setProperty("user.timezone", property);
			TimeZone.setDefault(null);
		}
	}

	@Test
	void keepsDebugOutUntilALoggerIsOpened() throws IOException {
		start("INFO");
		this.fileLogger.debug("closed");
		this.system.setLogLevel("fileLogger", LogLevel.DEBUG);
		this.fileLogger.debug("open");
		this.rtLogger.debug("still closed");
		assertThat(lines("default.log")).singleElement().satisfies((line) -> assertThat(line).endsWith(" DEBUG open"));
		assertThat(console()).isEmpty();
	}

	@Test
	void quietensTheConsoleByBootsOwnProperty() throws IOException {
		start("WARN");
		this.fileLogger.info("checked");
		this.rtLogger.warn("found");
		assertThat(console()).containsExactly("rtLogger    : WARN     found");
		assertThat(lines("default.log")).hasSize(2);
	}

	@Test
	void appendsToWhatAnEarlierRunWrote() throws IOException {
		Files.writeString(this.folder.resolve("default.log"), "earlier\n");
		start("INFO");
		this.fileLogger.info("later");
		assertThat(lines("default.log")).hasSize(2).startsWith("earlier");
	}

	/**
	 * More than six files' worth, faster than Logback's usual look once a minute, through
	 * both loggers at once.
	 */
	@Test
	void rotatesPromptlyUnderABurstAndLosesNothing() throws Exception {
		start("OFF");
		String filler = "x".repeat(900);
		int perThread = 17_500;
		List<Thread> threads = new ArrayList<>();
		for (int i = 0; i < 4; i++) {
			Logger logger = (i % 2 == 0) ? this.fileLogger : this.rtLogger;
			String name = "writer" + i;
			threads.add(new Thread(() -> {
				for (int n = 0; n < perThread; n++) {
					logger.info("{} {} {} end", name, n, filler);
				}
			}));
		}
		threads.forEach(Thread::start);
		for (Thread thread : threads) {
			thread.join();
		}
		try (Stream<Path> files = Files.list(this.folder)) {
			assertThat(files.map((file) -> file.getFileName().toString())).containsExactlyInAnyOrder("default.log",
					"default.log.1", "default.log.2", "default.log.3", "default.log.4", "default.log.5");
		}
		Map<String, Integer> next = new HashMap<>();
		for (String file : List.of("default.log.5", "default.log.4", "default.log.3", "default.log.2", "default.log.1",
				"default.log")) {
			if (!file.equals("default.log")) {
				// Each of the four writers may add a line between the check and the
				// rotation.
				assertThat(Files.size(this.folder.resolve(file))).isBetween(BACKUP_BYTES - 2000L, BACKUP_BYTES + 4000L);
			}
			for (String line : lines(file)) {
				assertThat(line)
					.matches("\\w{3}, .{20} LoggingTests\\.java\\[line:\\d+] INFO writer\\d \\d+ x{900} end");
				String[] words = line.substring(line.indexOf("writer")).split(" ", 3);
				int number = Integer.parseInt(words[1]);
				assertThat(number).isEqualTo(next.getOrDefault(words[0], number));
				next.put(words[0], number + 1);
			}
		}
		assertThat(next).hasSize(4).allSatisfy((writer, lines) -> assertThat(lines).isEqualTo(perThread));
	}

	private void start(String consoleThreshold) {
		System.setErr(new PrintStream(this.console, true, StandardCharsets.UTF_8));
		MockEnvironment environment = new MockEnvironment().withProperty("sample.log.dir", this.folder.toString())
			.withProperty("logging.threshold.console", consoleThreshold);
		this.system.cleanUp();
		this.system.beforeInitialize();
		this.system.initialize(new LoggingInitializationContext(environment), "classpath:logback-spring.xml", null);
		this.console.reset();
	}

	private List<String> console() {
		return this.console.toString(StandardCharsets.UTF_8).lines().toList();
	}

	private List<String> lines(String file) throws IOException {
		return Files.readAllLines(this.folder.resolve(file), StandardCharsets.UTF_8);
	}

}
