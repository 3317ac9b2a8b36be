package dev.redisqueue.boot.autoconfigure;

import dev.redisqueue.RedisQueue;
import dev.redisqueue.boot.listener.ListenerProcessor;
import dev.redisqueue.boot.properties.RedisQueueSettings;
import dev.redisqueue.boot.queues.ConfiguredQueues;
import dev.redisqueue.boot.queues.QueueDefinitions;
import org.jspecify.annotations.Nullable;

import org.springframework.aot.generate.GenerationContext;
import org.springframework.aot.hint.BindingReflectionHintsRegistrar;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.beans.factory.aot.BeanRegistrationAotContribution;
import org.springframework.beans.factory.aot.BeanRegistrationAotProcessor;
import org.springframework.beans.factory.aot.BeanRegistrationCode;
import org.springframework.beans.factory.aot.BeanRegistrationCodeFragments;
import org.springframework.beans.factory.aot.BeanRegistrationCodeFragmentsDecorator;
import org.springframework.beans.factory.support.RegisteredBean;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.core.ResolvableType;
import org.springframework.javapoet.CodeBlock;
import org.springframework.util.ClassUtils;

/**
 * Gives payload classes the hints that JSON needs, and lets them be less than public in
 * the generated code. The exceptions that properties name are found by name, too.
 */
class RedisQueueAotProcessor implements BeanRegistrationAotProcessor {

	@Override
	public @Nullable BeanRegistrationAotContribution processAheadOfTime(RegisteredBean bean) {
		if (bean.getBeanName().equals(ConfiguredQueues.BEAN_NAME)) {
			RedisQueueSettings settings = bean.getBeanFactory().getBean(ListenerProcessor.class).settings();
			return (context, code) -> settings.failures()
				.forEach((failure) -> context.getRuntimeHints().reflection().registerType(failure));
		}
		Class<?> payload = bean.getBeanType().as(RedisQueue.class).getGeneric(0).resolve();
		if (payload == null) {
			return null;
		}
		boolean ours = ConfiguredQueues.BEAN_NAME.equals(bean.getMergedBeanDefinition().getFactoryBeanName());
		return new Contribution(payload, ours);
	}

	private static void registerHints(RuntimeHints hints, Class<?> payload) {
		if (payload.getName().startsWith("java.") || payload.isArray()) {
			hints.reflection().registerType(payload);
		}
		else {
			new BindingReflectionHintsRegistrar().registerReflectionHints(hints.reflection(), payload);
		}
	}

	private record Contribution(Class<?> payload, boolean ours) implements BeanRegistrationAotContribution {

		@Override
		public BeanRegistrationCodeFragments customizeBeanRegistrationCodeFragments(GenerationContext context,
				BeanRegistrationCodeFragments fragments) {
			return this.ours ? new ByName(fragments, this.payload) : fragments;
		}

		@Override
		public void applyTo(GenerationContext context, BeanRegistrationCode code) {
			registerHints(context.getRuntimeHints(), this.payload);
		}

	}

	/**
	 * Names the payload class in a string: the generated code stands in our package,
	 * where a class literal of one that is not public would not compile.
	 */
	private static final class ByName extends BeanRegistrationCodeFragmentsDecorator {

		private final Class<?> payload;

		ByName(BeanRegistrationCodeFragments delegate, Class<?> payload) {
			super(delegate);
			this.payload = payload;
		}

		@Override
		public CodeBlock generateNewBeanDefinitionCode(GenerationContext context, ResolvableType beanType,
				BeanRegistrationCode code) {
			return CodeBlock.builder()
				.addStatement("$T $L = new $T($T.class)", RootBeanDefinition.class, BEAN_DEFINITION_VARIABLE,
						RootBeanDefinition.class, RedisQueue.class)
				.addStatement("$L.setTargetType($T.forClassWithGenerics($T.class, $T.resolveClassName($S, null)))",
						BEAN_DEFINITION_VARIABLE, ResolvableType.class, RedisQueue.class, ClassUtils.class,
						this.payload.getName())
				.addStatement("$L.setAttribute($S, $S)", BEAN_DEFINITION_VARIABLE, QueueDefinitions.ATTRIBUTE,
						QueueDefinitions.BUILT)
				.build();
		}

	}

}
