package io.policyengine.core.config.reading;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.config.files.ConfTexts;
import io.policyengine.core.config.yaml.YamlFile;
import io.policyengine.core.error.Problem;
import io.policyengine.core.params.Default;
import io.policyengine.core.params.Formerly;
import io.policyengine.core.params.ParamsBinder;
import io.policyengine.core.params.ParamsValidator;
import io.policyengine.core.params.Removed;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Files that were written for an earlier version. */
class FormerKeysInFilesTest {
    private record Settings(@Default("{}") Server server) {}

    @Removed(key = "backlog", since = "0.3.0", instead = "the system's own is used")
    private record Server(
            @Default("1") @Formerly(value = "listen_port", since = "0.2.0")
            int port) {}

    private static List<String> problems(String text) {
        List<Problem> problems = new ArrayList<>();
        var texts = ConfTexts.of(Path.of("."), new TreeMap<>());
        var references = new References(texts, _ -> null, problems);
        var section = new Section(references.resolve(YamlFile.parse("kernel.yaml", text)), problems);
        section.validate(ParamsValidator.of(ParamsBinder.of(Settings.class).schema()));
        return problems.stream().map(Problem::toString).toList();
    }

    @Test
    void theErrorPointsToTheOldKeyAndNamesTheNewOne() {
        assertThat(problems("""
                server:
                  listen_port: 9001
                """))
                .containsExactly(
                        "kernel.yaml:2:3: error: unknown key 'listen_port': it is called 'port' since version 0.2.0");
    }

    @Test
    void theErrorPointsToTheRemovedKeyAndSaysWhatTakesItsPlace() {
        assertThat(problems("server: { port: 1, backlog: 5 }"))
                .containsExactly(
                        "kernel.yaml:1:20: error: unknown key 'backlog': it was removed in version 0.3.0; the system's own is used");
    }
}
