package io.policyengine.core.envoy;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.policyengine.core.policy.EnvoyMetadata;
import io.vertx.core.buffer.Buffer;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class KnownMessageTest {
    private static final String INFO = "type.googleapis.com/envoy.data.ai.v3.RequestInfo";
    private static final String USAGE = "type.googleapis.com/envoy.data.ai.v3.TokenUsage";

    @Test
    void readsWhatIsSetAndTheDefaultsOfEnumsAndTexts() {
        assertThat(read(INFO, "")).isEqualTo(Map.of("input_llm_protocol", 0L, "model", ""));
        assertThat(read(INFO, "0803" + "12036f2d31" + "1a020801" + "2203088002" + "2a00"))
                .isEqualTo(Map.of(
                        "input_llm_protocol", 3L,
                        "model", "o-1",
                        "stream", true,
                        "max_output_tokens", 256L,
                        "message_count", 0L));
    }

    @Test
    void readsMessagesInMessages() {
        assertThat(read(USAGE, "1a020807" + "32040a020803" + "3a040a020802" + "4801"))
                .isEqualTo(Map.of(
                        "llm_protocol",
                        0L,
                        "model",
                        "",
                        "input_tokens",
                        7L,
                        "input_token_details",
                        Map.of("cached_tokens", 3L),
                        "output_token_details",
                        Map.of("reasoning_tokens", 2L),
                        "extraction_status",
                        1L));
    }

    @Test
    void fieldsThatAreNotKnownAreLeftOut() {
        UnknownFieldSet.Builder more = UnknownFieldSet.newBuilder();
        more.mergeField(
                2,
                UnknownFieldSet.Field.newBuilder()
                        .addLengthDelimited(ByteString.copyFromUtf8("m"))
                        .build());
        more.mergeField(100, UnknownFieldSet.Field.newBuilder().addFixed64(1).build());
        more.mergeField(101, UnknownFieldSet.Field.newBuilder().addFixed32(1).build());
        more.mergeField(102, UnknownFieldSet.Field.newBuilder().addVarint(-1).build());
        more.mergeField(
                103,
                UnknownFieldSet.Field.newBuilder()
                        .addLengthDelimited(ByteString.copyFromUtf8("x"))
                        .build());

        assertThat(KnownMessage.of(INFO)
                        .orElseThrow()
                        .read(Buffer.buffer(more.build().toByteArray())))
                .contains(Map.of("input_llm_protocol", 0L, "model", "m"));
    }

    @Test
    void aNumberThatIsTooLargeForALongIsTheLargest() {
        assertThat(read(INFO, "220b08ffffffffffffffffff01")).containsEntry("max_output_tokens", Long.MAX_VALUE);
    }

    @Test
    void whatIsNoMessageHasNoFields() {
        for (String malformed : new String[] {
            "08",
            "12056f",
            "1203",
            "0b",
            "0c",
            "10",
            "2202ffff",
            "22020a00",
            "00",
            "1801",
            "1105",
            "80808080808080808080808001"
        }) {
            assertThat(KnownMessage.of(INFO).orElseThrow().read(bytes(malformed)))
                    .as(malformed)
                    .isEmpty();
        }
    }

    @Test
    void anyOctetsAreAMessageOrNone() {
        Random random = new Random(7);
        for (int i = 0; i < 100_000; i++) {
            byte[] octets = new byte[random.nextInt(24)];
            random.nextBytes(octets);

            assertThat(KnownMessage.of(USAGE).orElseThrow().read(Buffer.buffer(octets)))
                    .isNotNull();
        }
    }

    @Test
    void aTypeIsFoundByItsName() {
        assertThat(KnownMessage.of(INFO).orElseThrow().name()).isEqualTo("envoy.data.ai.v3.RequestInfo");
        assertThat(KnownMessage.of("envoy.data.ai.v3.TokenUsage")).isPresent();
        assertThat(KnownMessage.of("type.googleapis.com/google.protobuf.Struct"))
                .isEmpty();
        assertThat(KnownMessage.of("")).isEmpty();
    }

    @Test
    void theFieldsOfANamespaceAreItsMembersOrThoseOfItsMessage() {
        EnvoyMetadata metadata = EnvoyMetadata.builder()
                .untyped("untyped", Map.of("method", "tools/call"))
                .typed("known", new EnvoyMetadata.Typed(INFO, bytes("0801")))
                .typed("unknown", new EnvoyMetadata.Typed("type/x", bytes("0801")))
                .typed("malformed", new EnvoyMetadata.Typed(INFO, bytes("08")))
                .build();

        assertThat(metadata.fields("untyped")).isEqualTo(Map.of("method", "tools/call"));
        assertThat(metadata.fields("known")).containsEntry("input_llm_protocol", 1L);
        assertThat(metadata.fields("unknown")).isEmpty();
        assertThat(metadata.fields("malformed")).isEmpty();
        assertThat(metadata.fields("missing")).isEmpty();
    }

    private static Map<String, Object> read(String type, String hex) {
        return KnownMessage.of(type).orElseThrow().read(bytes(hex)).orElseThrow();
    }

    private static Buffer bytes(String hex) {
        return Buffer.buffer(HexFormat.of().parseHex(hex));
    }
}
