package io.policyengine.app.envoy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EnvoySettingTest {
    /** Last fields that say little without the one before them. */
    private static final Set<String> PARTS = Set.of("regex", "typed", "untyped");

    @Test
    void everySettingThatIsCheckedIsInThePagesOfReasons() throws IOException {
        StringBuilder pages = new StringBuilder();
        for (String page : List.of("setup", "routes", "bodies", "operation")) {
            pages.append(Files.readString(Path.of("../docs/envoy/" + page + ".md")));
        }

        assertThat(Arrays.stream(EnvoySetting.values())
                        .filter(setting -> setting.rule() != EnvoySetting.Rule.WRITTEN)
                        .map(EnvoySettingTest::field))
                .allSatisfy(field -> assertThat(pages).contains(field));
    }

    private static String field(EnvoySetting setting) {
        List<String> fields = List.of(setting.pointer().split("/"));
        return PARTS.contains(fields.getLast()) ? fields.get(fields.size() - 2) : fields.getLast();
    }
}
