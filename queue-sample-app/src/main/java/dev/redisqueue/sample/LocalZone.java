package dev.redisqueue.sample;

import java.util.TimeZone;

import ch.qos.logback.core.PropertyDefinerBase;

/**
 * The zone of this machine for logback-spring.xml, by a name that Logback knows: EST and
 * the like are none.
 */
public class LocalZone extends PropertyDefinerBase {

	@Override
	public String getPropertyValue() {
		return TimeZone.getDefault().toZoneId().getId();
	}

}
