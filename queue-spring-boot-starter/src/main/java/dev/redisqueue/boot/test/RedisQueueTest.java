package dev.redisqueue.boot.test;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.autoconfigure.OverrideAutoConfiguration;
import org.springframework.boot.test.context.filter.annotation.TypeExcludeFilters;
import org.springframework.context.annotation.ComponentScan.Filter;
import org.springframework.core.annotation.AliasFor;
import org.springframework.core.env.Environment;
import org.springframework.test.context.BootstrapWith;
import org.springframework.test.context.junit.jupiter.SpringExtension;

/**
 * A test of listeners and queues alone. The context has the queues of the application's
 * properties, Jackson, Redis (the embedded one where it is on the class path and no other
 * is configured) and the listeners of the beans that the test imports; of the scanned
 * components only codecs and failure policies. <pre>
 * &#64;RedisQueueTest
 * &#64;Import(Shipping.class)
 * class ShippingTests {
 *
 *     &#64;Test
 *     void anOrderIsShipped(&#64;Autowired RedisQueue&lt;Order&gt; orders) {
 *         orders.put(new Order(42));
 *         await().until(() -&gt; orders.stats().acked() == 1);
 *     }
 *
 * }
 * </pre>
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@BootstrapWith(RedisQueueTestContextBootstrapper.class)
@ExtendWith(SpringExtension.class)
@OverrideAutoConfiguration(enabled = false)
@TypeExcludeFilters(RedisQueueTypeExcludeFilter.class)
@ImportAutoConfiguration
public @interface RedisQueueTest {

	/**
	 * Properties for the {@link Environment}, as {@code key=value}.
	 * @return the properties
	 */
	String[] properties() default {};

	/**
	 * Whether codecs and failure policies are found by the scan.
	 * @return {@code true} by default
	 */
	boolean useDefaultFilters() default true;

	/**
	 * Which further components are found by the scan.
	 * @return the filters
	 */
	Filter[] includeFilters() default {};

	/**
	 * Which components are not found by the scan.
	 * @return the filters
	 */
	Filter[] excludeFilters() default {};

	/**
	 * Which auto-configurations are left out.
	 * @return the auto-configurations
	 */
	@AliasFor(annotation = ImportAutoConfiguration.class, attribute = "exclude")
	Class<?>[] excludeAutoConfiguration() default {};

}
