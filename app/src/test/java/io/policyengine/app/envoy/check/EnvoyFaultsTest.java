package io.policyengine.app.envoy.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.app.envoy.check.Finding.Level;
import io.policyengine.core.http.PathRules;
import io.policyengine.kernel.trust.EnvoyFault;
import io.policyengine.kernel.trust.PatchRelease;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Known faults of releases, and their table in the page of releases; {@code -Dgolden.update=true} rewrites the table. */
class EnvoyFaultsTest {
    private static final Path PAGE = Path.of("../docs/envoy-releases.md");
    private static final String BEGIN = "<!-- generated: faults -->\n";
    private static final String END = "<!-- end -->\n";

    @Test
    void listsAllFaults() throws IOException {
        String page = Files.readString(PAGE);
        int from = page.indexOf(BEGIN) + BEGIN.length();
        String written = page.substring(0, from) + table() + page.substring(page.indexOf(END, from));

        if (Boolean.getBoolean("golden.update")) {
            Files.writeString(PAGE, written);
        }
        assertThat(Files.readString(PAGE)).isEqualTo(written);
    }

    /** The last two columns count warnings and notes. */
    @ParameterizedTest
    @CsvSource({
        "1.36.4, strict, 3, 1",
        "1.36.4, off, 4, 1",
        "1.36.9, strict, 2, 1",
        "1.36.10, off, 0, 1",
        "1.36.12, off, 0, 1",
        "1.37.5, off, 3, 1",
        "1.37.6, off, 0, 1",
        "1.38.2, strict, 3, 0",
        "1.38.4, off, 0, 1",
        "1.38.5, off, 0, 0",
        "1.39.0, lenient, 2, 0",
        "1.39.0, off, 3, 0",
        "1.39.1, off, 1, 1",
        "1.40.0, off, 0, 0",
        "1.41.3, off, 0, 0",
        "2.0.0, off, 0, 0",
        "1.35.9, strict, 4, 1"
    })
    void knowsTheFaultsOfReleases(String version, String rules, int warnings, int notes) {
        PatchRelease release = PatchRelease.in("hash/" + version + "/Clean").orElseThrow();

        Map<String, Level> faults = EnvoyCheck.faults(release, PathRules.valueOf(rules.toUpperCase(Locale.ROOT)));

        assertThat(faults.values()).filteredOn(Level.WARNING::equals).hasSize(warnings);
        assertThat(faults.values()).filteredOn(Level.NOTE::equals).hasSize(notes);
    }

    @Test
    void namesTheReleaseThatFixesAFault() {
        assertThat(EnvoyCheck.faults(new PatchRelease(1, 39, 1), PathRules.STRICT))
                .containsExactly(
                        Map.entry(
                                "Envoy 1.39.1 has a known fault: bytes of a body are lost if another filter buffers them and"
                                        + " ext_proc has FULL_DUPLEX_STREAMED; use 1.40.0 or later",
                                Level.WARNING),
                        Map.entry(
                                "Envoy 1.39.1 has a known fault, #47048: WebSockets hang with request_body_mode: STREAMED;"
                                        + " no harm, unless Envoy's own request_body_mode is STREAMED; fixed in 1.40.0",
                                Level.NOTE));
    }

    private static String table() {
        return "| Fault | Fixed in | Effect on an Envoy with the engine |\n|---|---|---|\n"
                + Stream.of(EnvoyFault.values()).map(EnvoyFault::row).collect(Collectors.joining("\n", "", "\n"));
    }
}
