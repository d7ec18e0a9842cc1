package io.policyengine.e2e.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.e2e.harness.Eventually;
import io.policyengine.e2e.harness.OsProcess;
import io.policyengine.e2e.harness.Shipped;
import io.policyengine.e2e.harness.TestConf;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The first start by the launcher, with the shipped configuration and without a state directory. */
class FirstStartIT {
    private static final JsonMapper JSON = new JsonMapper();

    @Test
    void saysNothingThatWorriesAndEndsWithTheLineThatItIsReady() {
        try (TestConf conf = TestConf.shipped();
                OsProcess engine = Shipped.into(conf.folder().resolve("engine"), List.of())
                        .start("run", "run", "--conf", conf.path(), "--state", conf.state())) {

            List<String> lines = Eventually.get("the line that it is ready", () -> {
                engine.requireAlive();
                List<String> said = engine.lines();
                return said.stream().anyMatch(line -> line.contains("\"message\":\"ready ")) ? said : null;
            });

            assertThat(lines).allMatch(line -> line.startsWith("{"), "an entry of the log");
            List<JsonNode> entries = lines.stream().map(JSON::readTree).toList();
            assertThat(entries)
                    .extracting(entry -> entry.path("level").asString())
                    .as(String.join("\n", lines))
                    .isNotEmpty()
                    .doesNotContain("WARN", "ERROR");
            assertThat(entries.getLast().path("message").asString())
                    .startsWith("ready ")
                    .contains("4 route");
        }
    }
}
