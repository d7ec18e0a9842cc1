package io.policyengine.policies.message.transformbody.xml;

import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.policyengine.policies.message.transformbody.TransformBodyFactory;
import io.policyengine.testkit.policy.PolicyTester;
import io.policyengine.testkit.policy.TestMessages;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** What goes to JSON and back says the same, and nothing grows beyond its bounds on the way. */
class ConversionTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final XmlMapping MAPPING =
            new XmlMapping("@", "#text", Set.of(), false, Optional.empty(), "item", 1_000);

    private static String toJson(byte[] xml) throws UnfitTextException {
        XmlToJson.measure(xml, Optional.empty(), MAPPING, () -> false);
        return new String(XmlToJson.convert(xml, Optional.empty(), MAPPING, () -> false), UTF_8);
    }

    private static byte[] toXml(String json) throws UnfitTextException {
        return JsonToXml.convert(json.getBytes(UTF_8), MAPPING, () -> false);
    }

    @Test
    void whatComesBackSaysTheSame() throws UnfitTextException {
        Random random = new Random(5);
        for (int round = 0; round < 10_000; round++) {
            String xml = element(random, 0);
            String json = toJson(xml.getBytes(random.nextBoolean() ? UTF_8 : UTF_16));

            byte[] back = toXml(json);

            assertThat(JSON.readTree(toJson(back))).as(xml).isEqualTo(JSON.readTree(json));
        }
    }

    private static String element(Random random, int depth) {
        String name = new String[] {"a", "b", "é", "xml-x", "c.d"}[random.nextInt(5)];
        StringBuilder xml = new StringBuilder("<").append(name);
        if (random.nextInt(3) == 0) {
            xml.append(" id='")
                    .append(text(random).replace("<![CDATA[", "").replace("]]>", ""))
                    .append("'");
        }
        if (random.nextInt(5) == 0) {
            xml.append(" xmlns='u' xmlns:p='v' p:q=''");
        }
        xml.append('>');
        for (int parts = random.nextInt(depth > 3 ? 2 : 5); parts > 0; parts--) {
            xml.append(random.nextBoolean() && depth < 5 ? element(random, depth + 1) : text(random));
        }
        return xml.append("</").append(name).append('>').toString();
    }

    private static String text(Random random) {
        return switch (random.nextInt(6)) {
            case 0 -> "&lt;&amp;&quot;";
            case 1 -> "x &#13;&#10;&#9; y";
            case 2 -> "<![CDATA[]]>";
            case 3 -> "😀漢";
            case 4 -> "\n  ";
            default -> "true 1.50";
        };
    }

    @Test
    void countsBeforeAnythingIsMade() {
        assertThatExceptionOfType(UnfitTextException.class)
                .isThrownBy(() -> toJson(("<a>" + "<b c=''/>".repeat(500) + "</a>").getBytes(UTF_8)))
                .matches(UnfitTextException::isTooLarge);
        assertThatExceptionOfType(UnfitTextException.class)
                .isThrownBy(() -> toJson("<a>".repeat(1_000_000).getBytes(UTF_8)))
                .withMessageContaining("DEPTH");
    }

    @Test
    void aNameThatIsRepeatedEndsTheConversion() {
        String json = "{\"r\":{\"" + "n".repeat(40_000) + "\":[" + "1,".repeat(100_000) + "1]}}";

        assertThatExceptionOfType(UnfitTextException.class)
                .isThrownBy(() -> toXml(json))
                .matches(UnfitTextException::isTooLarge);
    }

    /** 25 copies of the whole, each into itself, would be 33 million of it. */
    @Test
    void copiesOfCopiesEnd() {
        StringBuilder patch = new StringBuilder();
        for (int i = 0; i < 25; i++) {
            patch.append(i == 0 ? "" : ",")
                    .append("{op: copy, from: '', path: /c")
                    .append(i)
                    .append('}');
        }
        String params = "{json: {max_values: 100000000, patch: [" + patch + "]}}";
        Buffer body = Buffer.buffer("{\"text\":\"" + "x".repeat(1_000) + "\"}");

        try (PolicyTester tester = PolicyTester.of(new TransformBodyFactory(), params)) {
            assertThat(tester.request(TestMessages.get("/", "content-type", "application/json")
                                    .withBody(body))
                            .denial()
                            .status())
                    .isEqualTo(413);
        }
    }
}
