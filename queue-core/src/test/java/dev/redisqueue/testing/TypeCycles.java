package dev.redisqueue.testing;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;

/**
 * Types of one package that refer to each other in a circle: none of them can be read
 * before the others. A nested type is part of its top-level type. Cycles between packages
 * are left to ArchUnit's slices.
 */
public final class TypeCycles {

	/** By top-level type, the others of its package that it refers to. */
	private final Map<String, Set<String>> references = new TreeMap<>();

	/** By its types, the reason of a cycle. */
	private final Map<Set<String>, String> allowed = new LinkedHashMap<>();

	private TypeCycles() {
	}

	/** The cycles within each package. */
	public static TypeCycles within(JavaClasses classes) {
		TypeCycles cycles = new TypeCycles();
		for (JavaClass type : classes) {
			Set<String> references = cycles.references.computeIfAbsent(topLevel(type), (name) -> new TreeSet<>());
			for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
				JavaClass target = dependency.getTargetClass().getBaseComponentType();
				if (target.getPackageName().equals(type.getPackageName())) {
					references.add(topLevel(target));
				}
			}
		}
		return cycles;
	}

	/**
	 * Allows the cycle of exactly these types, and requires it.
	 * @param reason why it is one idea in several types
	 * @param types their full names, two as a rule
	 */
	public TypeCycles allow(String reason, String... types) {
		this.allowed.put(new TreeSet<>(List.of(types)), reason);
		return this;
	}

	/** Fails where there is another cycle, or one that is allowed is gone. */
	public void check() {
		List<Set<String>> found = find();
		List<String> mistakes = new ArrayList<>();
		found.stream()
			.filter((cycle) -> !this.allowed.containsKey(cycle))
			.forEach((cycle) -> mistakes.add("These refer to each other: " + cycle));
		this.allowed.forEach((cycle, reason) -> {
			if (!found.contains(cycle)) {
				mistakes.add("No longer a cycle, so no longer to be allowed: " + cycle + " (" + reason + ")");
			}
		});
		if (!mistakes.isEmpty()) {
			throw new AssertionError(String.join("\n", mistakes));
		}
	}

	/** The types of each cycle. Cycles that share a type are one. */
	public List<Set<String>> find() {
		return new Search().components();
	}

	private static String topLevel(JavaClass type) {
		JavaClass top = type;
		while (top.getEnclosingClass().isPresent()) {
			top = top.getEnclosingClass().get();
		}
		return top.getName();
	}

	/**
	 * The strongly connected components (Tarjan).
	 */
	private final class Search {

		private final Map<String, Integer> numbers = new HashMap<>();

		private final Map<String, Integer> lowest = new HashMap<>();

		private final Deque<String> open = new ArrayDeque<>();

		private final List<Set<String>> components = new ArrayList<>();

		List<Set<String>> components() {
			TypeCycles.this.references.keySet().forEach((type) -> {
				if (!this.numbers.containsKey(type)) {
					visit(type);
				}
			});
			return this.components;
		}

		private void visit(String type) {
			this.numbers.put(type, this.numbers.size());
			this.lowest.put(type, this.numbers.get(type));
			this.open.push(type);
			for (String target : TypeCycles.this.references.getOrDefault(type, Set.of())) {
				if (!this.numbers.containsKey(target)) {
					visit(target);
					this.lowest.merge(type, this.lowest.get(target), Math::min);
				}
				else if (this.open.contains(target)) {
					this.lowest.merge(type, this.numbers.get(target), Math::min);
				}
			}
			if (this.lowest.get(type).equals(this.numbers.get(type))) {
				close(type);
			}
		}

		private void close(String first) {
			Set<String> component = new TreeSet<>();
			do {
				component.add(this.open.pop());
			}
			while (!component.contains(first));
			if (component.size() > 1) {
				this.components.add(component);
			}
		}

	}

}
