package dev.redisqueue.boot;

import java.io.IOException;
import java.util.Properties;

import org.junit.jupiter.api.Test;

import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.support.PropertiesLoaderUtils;

import static org.assertj.core.api.Assertions.assertThat;

class DevtoolsTests {

	@Test
	void bothJarsAreLoadedByTheClassLoaderThatRestarts() throws IOException {
		Properties properties = PropertiesLoaderUtils
			.loadProperties(new ClassPathResource("META-INF/spring-devtools.properties"));
		String included = properties.getProperty("restart.include.redisqueue");
		assertThat("file:/repository/queue-core-1.2.3-SNAPSHOT.jar").containsPattern(included);
		assertThat("file:/repository/queue-spring-boot-starter-1.2.3.jar").containsPattern(included);
		assertThat("file:/repository/spring-data-redis-4.1.1.jar").doesNotContainPattern(included);
	}

}
