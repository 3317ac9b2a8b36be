package dev.redisqueue.boot.properties;

import java.util.Arrays;

/**
 * How many letters have to be put, dropped or replaced to make one name of another
 * (Levenshtein).
 */
public final class EditDistance {

	private EditDistance() {
	}

	public static int between(String from, String to) {
		int[] costs = new int[to.length() + 1];
		Arrays.setAll(costs, (column) -> column);
		for (int row = 1; row <= from.length(); row++) {
			int diagonal = costs[0];
			costs[0] = row;
			for (int column = 1; column <= to.length(); column++) {
				int replaced = diagonal + ((from.charAt(row - 1) == to.charAt(column - 1)) ? 0 : 1);
				diagonal = costs[column];
				costs[column] = Math.min(replaced, 1 + Math.min(costs[column], costs[column - 1]));
			}
		}
		return costs[to.length()];
	}

}
