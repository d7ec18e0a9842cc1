package io.policyengine.app.envoy;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.config.reading.ConfDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Keeps docker/envoy.yaml, which is written by hand for its comments, true to the conf directory that is shipped beside it. */
class ShippedEnvoyTest {
    private static final YAMLMapper YAML = new YAMLMapper();

    @Test
    void theShippedEnvoyHasEverySettingThatIsPrintedForTheShippedConfAndNoOther() throws IOException {
        var options = new EnvoyOptions(
                "0.0.0.0",
                8080,
                9901,
                List.of(new HostPort("engine", 9001)),
                List.of(new HostPort("upstream", 80)),
                null,
                null,
                EnvoyVersion.OLDEST);
        var writer =
                new EnvoyConfigWriter(ConfDirectory.read(Path.of("../conf"), _ -> null), EnvoyNeeds.none(), options);

        Set<String> shipped = settings(Files.readString(Path.of("../docker/envoy.yaml")));
        Set<String> printed = settings(writer.bootstrap());

        assertThat(without(shipped, printed)).as("not printed").isEmpty();
        assertThat(without(printed, shipped)).as("not shipped").isEmpty();
        assertThat(writer.notes()).isEmpty();
    }

    private static List<String> without(Set<String> settings, Set<String> others) {
        return settings.stream().filter(setting -> !others.contains(setting)).toList();
    }

    /** The values with their places: lists in their order, since the first route that matches is taken. */
    private static Set<String> settings(String yaml) {
        Set<String> settings = new TreeSet<>();
        collect("", YAML.readTree(yaml), settings);
        return settings;
    }

    private static void collect(String place, JsonNode node, Set<String> settings) {
        if (node.isObject() && !node.isEmpty()) {
            node.forEachEntry((key, value) -> collect(place + "/" + key, value, settings));
        } else if (node.isArray() && !node.isEmpty()) {
            for (int i = 0; i < node.size(); i++) {
                collect(place + "/" + i, node.get(i), settings);
            }
        } else {
            settings.add(place + ": " + node);
        }
    }
}
