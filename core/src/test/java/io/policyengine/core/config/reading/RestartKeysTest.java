package io.policyengine.core.config.reading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import io.policyengine.core.config.KernelConfig;
import io.policyengine.core.config.ObservabilityConfig;
import io.policyengine.core.config.RestartKeys;
import io.policyengine.core.config.WorkerCoreConfig;
import io.policyengine.core.config.files.ConfTexts;
import io.policyengine.core.error.Problem;
import io.policyengine.core.params.BoundParams;
import io.policyengine.core.params.ParamsBinder;
import io.policyengine.core.params.Restart;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What a change of the configuration does without a restart. */
class RestartKeysTest {
    @TempDir
    Path directory;

    private KernelConfig kernel(String text) {
        return ConfFiles.in(directory)
                .write("kernel.yaml", "policy_kernel: " + text + "\n")
                .read()
                .kernel();
    }

    @Test
    void keysThatNeedARestartKeepTheirValueAndAreNamed() {
        KernelConfig running =
                kernel("{ server: { port: 1000 }, observability: { metrics_port: 0, log_level: info } }");
        KernelConfig wanted = kernel(
                "{ server: { port: 2000 }, observability: { metrics_port: 1, log_level: debug }, trusted_hops: 2 }");

        RestartKeys.Kept<KernelConfig> kept = RestartKeys.keep(running, wanted, "policy_kernel");

        assertThat(kept.ignored())
                .containsExactly("policy_kernel.server.port", "policy_kernel.observability.metrics_port");
        assertThat(kept.value().server()).isEqualTo(running.server());
        assertThat(kept.value().observability().metricsPort()).isZero();
        assertThat(kept.value().observability().logLevel()).isEqualTo(ObservabilityConfig.LogLevel.DEBUG);
        assertThat(kept.value().trustedHops()).isEqualTo(2);
    }

    @Test
    void keysWhoseNamesSayTheirUnitAreNamedAsTheyAreWritten() {
        KernelConfig running = kernel("{}");

        assertThat(RestartKeys.keep(running, kernel("{ server: { drain_timeout_ms: 1 } }"), "policy_kernel")
                        .ignored())
                .containsExactly("policy_kernel.server.drain_timeout_ms");
    }

    static Stream<Setting> settings() {
        return Stream.concat(
                settings(KernelConfig.BINDER, "", KernelConfig.BINDER.schema(), false),
                settings(WorkerCoreConfig.BINDER, "", WorkerCoreConfig.BINDER.schema(), false));
    }

    /** A key that is no mapping of keys with settings of their own. */
    record Setting(ParamsBinder<?> binder, String pointer, JsonNode schema, boolean needsRestart) {
        /** All settings but this one at their defaults. */
        Optional<Record> with(JsonNode value) {
            ObjectNode written = (ObjectNode) binder.withDefaults(JsonNodeFactory.instance.objectNode());
            ObjectNode parent = written;
            List<String> keys = List.of(pointer.substring(1).split("/", -1));
            for (String key : keys.subList(0, keys.size() - 1)) {
                parent = parent.withObjectProperty(key);
            }
            parent.set(keys.getLast(), value);
            return binder.bind(written) instanceof BoundParams.Ok<?>(Record config)
                    ? Optional.of(config)
                    : Optional.empty();
        }

        @Override
        public String toString() {
            return pointer + (needsRestart ? ": restart" : ": live");
        }
    }

    private static Stream<Setting> settings(
            ParamsBinder<?> binder, String prefix, JsonNode schema, boolean needsRestart) {
        return schema.path("properties").propertyStream().flatMap(property -> {
            String pointer = prefix + "/" + property.getKey();
            boolean isMarked = property.getValue().path(Restart.KEYWORD).asBoolean(false);
            assertThat(needsRestart && isMarked)
                    .as("%s is marked in a mapping that is", pointer)
                    .isFalse();
            boolean restart = needsRestart || isMarked;
            return property.getValue().has("properties")
                    ? settings(binder, pointer, property.getValue(), restart)
                    : Stream.of(new Setting(binder, pointer, property.getValue(), restart));
        });
    }

    /** Values of all kinds that settings have. */
    private static final List<String> VALUES = List.of(
            "{\"a\": {\"type\": \"stdout\"}}",
            "true",
            "false",
            "0",
            "1",
            "2",
            "77",
            "418",
            "100000",
            "9000000",
            "\"x\"",
            "\"0600\"",
            "[]",
            "[\"x\"]",
            "{\"x\": \"y\"}",
            "{\"status_code\": 418}",
            "[\"attribute\"]",
            "[{\"name\": \"x\"}]",
            "{\"x\": {}}",
            "{\"x\": {\"url\": \"http://x\"}}",
            "[{\"name\": \"x\", \"role\": \"read\", \"file\": \"x\"}]");

    @ParameterizedTest
    @MethodSource("settings")
    void eachSettingIsEitherLiveOrNeedsARestartAsItsSchemaSays(Setting setting) {
        Record defaults = defaults(setting.binder());
        Record wanted = Stream.concat(
                        VALUES.stream().map(JsonMapper.shared()::readTree),
                        setting.schema().path("enum").valueStream())
                .flatMap(value -> setting.with(value).stream())
                .filter(config -> !config.equals(defaults))
                .findFirst()
                .orElseThrow(() -> new AssertionError("VALUES has none that fits " + setting));

        RestartKeys.Kept<Record> kept = RestartKeys.keep(defaults, wanted, "");

        if (setting.needsRestart()) {
            assertThat(kept.value()).isEqualTo(defaults);
            assertThat(kept.ignored())
                    .singleElement(STRING)
                    .satisfies(key -> assertThat(setting.pointer().replace('/', '.') + ".")
                            .startsWith(key + "."));
        } else {
            assertThat(kept.value()).isEqualTo(wanted);
            assertThat(kept.ignored()).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("settings")
    void onlyTheMarkSaysThatASettingNeedsARestart(Setting setting) {
        boolean isMarked = setting.schema().path(Restart.KEYWORD).asBoolean(false);

        assertThat(setting.schema().path("description").asString("").contains(Restart.SENTENCE))
                .isEqualTo(isMarked);
    }

    private static Record defaults(ParamsBinder<?> binder) {
        return binder.bind(JsonNodeFactory.instance.objectNode()) instanceof BoundParams.Ok<?>(Record config)
                ? config
                : fail("the defaults are wrong");
    }

    @Test
    void workersAreReadWhateverIsWrongWithTheRest() {
        ConfFiles.in(directory).writeAll("""
                --- kernel.yaml
                policy_kernel: { typo: 1 }
                --- worker.yaml
                worker_core: { name: w }
                --- worker-2.yaml
                worker_core: { name: [ }
                --- routes/a.yaml
                route_policies: [
                --- users.yaml
                route_policies: []
                --- people.yaml
                route_policies: [
                """);
        List<Problem> problems = new ArrayList<>();

        List<WorkerCoreConfig> workers = ConfDirectory.workers(ConfTexts.readBlocking(directory), _ -> null, problems);

        assertThat(workers).extracting(WorkerCoreConfig::name).containsExactly("w");
        assertThat(problems).extracting(problem -> problem.location().file()).containsOnly("worker-2.yaml");
    }
}
