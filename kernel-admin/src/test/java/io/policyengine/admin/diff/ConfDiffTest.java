package io.policyengine.admin.diff;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.config.files.ConfTexts;
import io.policyengine.core.config.files.FileEdit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Differences between configurations. */
class ConfDiffTest {
    private static final String FILE = "routes/r.yaml";

    private final ConfDiff diff = new ConfDiff("1", "2", _ -> null);

    private static ConfTexts texts(Path folder, String text) throws IOException {
        Files.createDirectories(folder.resolve("routes"));
        return ConfTexts.readBlocking(folder).with(new FileEdit(FILE, text));
    }

    @Test
    void areLinesWithTheirSurroundings(@TempDir Path folder) throws IOException {
        ConfTexts old = texts(folder, "route_policies:\n  - route_name: /old\n");
        ConfTexts now = texts(folder, "route_policies:\n  - route_name: /new\n");

        assertThat(ConfDiff.files(old, now)).containsExactly(FILE);
        assertThat(diff.of(FILE, old, now).lines())
                .containsExactly(
                        "--- 1/" + FILE,
                        "+++ 2/" + FILE,
                        "@@ -1,2 +1,2 @@",
                        " route_policies:",
                        "-  - route_name: /old",
                        "+  - route_name: /new");
        assertThat(ConfDiff.files(now, now)).isEmpty();
    }

    @Test
    void showsNoFileOfTooManyLines(@TempDir Path folder) throws IOException {
        ConfTexts old = texts(folder, "route_policies: []\n" + "# line\n".repeat(ConfDiff.MAX_LINES));
        ConfTexts now = texts(folder, "route_policies: []\n");

        assertThat(diff.of(FILE, old, now).lines())
                .containsExactly("1/" + FILE + " and 2/" + FILE
                        + " differ; they are not shown, since one has more than 20000 lines");
    }
}
