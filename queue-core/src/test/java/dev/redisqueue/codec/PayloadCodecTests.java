package dev.redisqueue.codec;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.DefaultTyping;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.jsontype.BasicPolymorphicTypeValidator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class PayloadCodecTests {

	private static final PayloadCodec<Order> JSON = PayloadCodec.json(JsonMapper.shared(), Order.class);

	@Test
	void jsonRoundTrips() throws Exception {
		Order order = new Order(42, "a");
		assertThat(new String(JSON.encode(order), StandardCharsets.UTF_8)).isEqualTo("{\"id\":42,\"name\":\"a\"}");
		assertThat(JSON.decode(JSON.encode(order))).isEqualTo(order);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "null", "{", "[]", "{\"id\":1,\"name\":\"a\"} x", "\u0000" })
	void whatIsNoOrderIsUndecodable(String text) {
		assertThatThrownBy(() -> JSON.decode(text.getBytes(StandardCharsets.UTF_8))).isInstanceOf(Exception.class);
	}

	@Test
	void classNamesInTheDataAreNeverObeyedWhateverTheMapperDoes() throws Exception {
		JsonMapper typing = JsonMapper.builder()
			.activateDefaultTyping(BasicPolymorphicTypeValidator.builder().allowIfBaseType(Object.class).build(),
					DefaultTyping.NON_FINAL)
			.build();
		PayloadCodec<Object> codec = PayloadCodec.json(typing, Object.class);
		byte[] gadget = ("[\"" + Gadget.class.getName() + "\",{\"armed\":true}]").getBytes(StandardCharsets.UTF_8);
		assertThat(codec.decode(gadget)).isEqualTo(List.of(Gadget.class.getName(), Map.of("armed", true)));
		assertThat(Gadget.instances).isZero();
	}

	@Test
	void aDepthBombIsUndecodable() {
		byte[] bomb = "[".repeat(100_000).getBytes(StandardCharsets.UTF_8);
		assertThatThrownBy(() -> PayloadCodec.json(JsonMapper.shared(), Object.class).decode(bomb))
			.isInstanceOf(Exception.class);
	}

	@Test
	void textThatIsNoUtf8IsRefusedBothWays() throws Exception {
		PayloadCodec<String> codec = PayloadCodec.string();
		assertThat(codec.decode(codec.encode("é\uD83D\uDE00"))).isEqualTo("é\uD83D\uDE00");
		assertThatThrownBy(() -> codec.encode("\uD83D")).isInstanceOf(Exception.class);
		assertThatThrownBy(() -> codec.decode(new byte[] { (byte) 0xff })).isInstanceOf(Exception.class);
	}

	@Test
	void bytesAreKeptApartFromTheCallers() throws Exception {
		byte[] payload = { 1, 2 };
		byte[] encoded = PayloadCodec.bytes().encode(payload);
		payload[0] = 9;
		assertThat(encoded).containsExactly(1, 2);
	}

	record Order(int id, String name) {
	}

	static class Gadget {

		static int instances;

		boolean armed;

		Gadget() {
			instances++;
		}

	}

}
