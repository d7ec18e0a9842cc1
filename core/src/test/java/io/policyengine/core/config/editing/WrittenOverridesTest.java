package io.policyengine.core.config.editing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.policyengine.core.config.OverrideConfig.Kind;
import io.policyengine.core.config.OverrideConfig.Target;
import io.policyengine.core.config.files.ConfTexts;
import io.policyengine.core.config.files.FileEdit;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class WrittenOverridesTest {
    private static final Target LIMIT = new Target(Kind.POLICY, "rateLimit");
    private static final ObjectNode DEFINITION = (ObjectNode)
            new JsonMapper().readTree("{\"policy\": \"rateLimit\", \"mode\": \"off\", \"reason\": \"a: b\"}");

    @TempDir
    Path directory;

    private WrittenOverrides overrides(String text) {
        return new WrittenOverrides(ConfTexts.readBlocking(directory).with(new FileEdit(ConfTexts.OVERRIDES, text)));
    }

    private String added(String text) {
        return String.valueOf(overrides(text).put(LIMIT, DEFINITION).edit().text());
    }

    @Test
    void addsToAListBehindWhatStandsInItsLastLine() {
        assertThat(added("""
                overrides:
                - route: /a
                  mode: off
                  reason: >
                    many
                    words

                # the end
                """)).isEqualTo("""
                overrides:
                - route: /a
                  mode: off
                  reason: >
                    many
                    words
                - policy: rateLimit
                  mode: "off"
                  reason: "a: b"

                # the end
                """);
    }

    @Test
    void addsToAListOnOneLineAndToAnEmptyOne() {
        assertThat(added("overrides: [ { route: /a, mode: off, reason: b } ] # here\n"))
                .isEqualTo("overrides: [ { route: /a, mode: off, reason: b } ,"
                        + " {\"policy\":\"rateLimit\",\"mode\":\"off\",\"reason\":\"a: b\"}] # here\n");
        assertThat(added("overrides: []"))
                .isEqualTo("overrides: [{\"policy\":\"rateLimit\",\"mode\":\"off\",\"reason\":\"a: b\"}]");
    }

    @Test
    void beginsTheListInAFileThatSaysNothing() {
        String list = "overrides:\n- policy: rateLimit\n  mode: \"off\"\n  reason: \"a: b\"";

        assertThat(added("{}")).isEqualTo(list);
        assertThat(added("# ask the team first\n{} # none\n")).isEqualTo("# ask the team first\n" + list + " # none\n");
    }

    @Test
    void removesTheFileWithTheLastOneUnlessSomebodyWroteACommentInIt() {
        String own = String.valueOf(new WrittenOverrides(ConfTexts.readBlocking(directory))
                .put(LIMIT, DEFINITION)
                .edit()
                .text());

        assertThat(overrides(own).remove(LIMIT).text()).isNull();
        assertThat(overrides("# ask the team first\n" + own).remove(LIMIT).text())
                .startsWith("# ask the team first\n")
                .endsWith("overrides:\n []\n");
        assertThat(overrides("overrides: [ { policy: rateLimit, mode: off, reason: b } ] # ask first\n")
                        .remove(LIMIT)
                        .text())
                .isEqualTo("overrides: [] # ask first\n");
    }

    @Test
    void refusesWhatItCannotDoExactly() {
        assertThatThrownBy(() -> added("overrides: # none\n")).isInstanceOf(NotEditableException.class);
        assertThatThrownBy(() -> overrides(
                                "overrides: [ { route: /a, mode: off, reason: b }, { worker: w, mode: off, reason: b } ]")
                        .remove(new Target(Kind.WORKER, "w")))
                .isInstanceOf(NotEditableException.class)
                .hasMessageContaining("overrides.yaml:1:51");
    }

    @Test
    void tellsTheKindsApart() {
        var overrides = overrides("overrides: [ { route: rateLimit, mode: off, reason: b } ]");

        assertThat(overrides.find(LIMIT)).isEmpty();
        assertThat(overrides.find(new Target(Kind.ROUTE, "rateLimit"))).isPresent();
    }
}
