package io.policyengine.core.config.reading;

import static org.assertj.core.api.Assertions.assertThatCode;

import io.policyengine.core.params.ParamsValidator;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The schemas of files are not compared with their meta-schema when an engine starts. */
class ConfigSchemasTest {
    @Test
    void followsTheMetaSchema() {
        for (var schema : List.of(
                ConfigSchemas.kernel(), ConfigSchemas.worker(), ConfigSchemas.routes(), ConfigSchemas.overrides())) {
            assertThatCode(() -> ParamsValidator.of(schema)).doesNotThrowAnyException();
        }
    }
}
