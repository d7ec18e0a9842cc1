package io.policyengine.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.params.BoundParams;
import io.policyengine.core.params.RecordJson;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

/** The setting {@code workers[].required}, which is a word or a boolean. */
class RequiredTest {
    private static BoundParams<KernelConfig> bind(String setting) {
        return KernelConfig.BINDER.bind(new JsonMapper().readTree("{\"workers\": [{\"name\": \"w\"" + setting + "}]}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | AUTO",
                "', \"required\": \"auto\"' | AUTO",
                "', \"required\": true' | TRUE",
                "', \"required\": false' | FALSE",
            })
    void isAutoTrueOrFalse(String setting, Required required) {
        KernelConfig config = switch (bind(setting)) {
            case BoundParams.Ok<KernelConfig>(var value) -> value;
            case BoundParams.Invalid<KernelConfig>(var problems) -> throw new AssertionError(problems.toString());
        };

        assertThat(config.workers().getFirst().required()).isEqualTo(required);
        assertThat(RecordJson.of(config).at("/workers/0/required").asString()).isEqualToIgnoringCase(required.name());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "', \"required\": \"yes\"' | /workers/0/required | auto",
                "', \"optional\": true' | /workers/0/optional | required: false",
            })
    void isNothingElse(String setting, String pointer, String remedy) {
        assertThat(bind(setting).toString()).contains("Invalid", pointer, remedy);
    }

    @Test
    void isAutoByDefault() {
        assertThat(KernelConfig.defaults().workers().getFirst().required()).isEqualTo(Required.AUTO);
    }
}
