package io.policyengine.policies.content.shared.openapi.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpecTextTest {
    private static String json(int values) {
        return "{\"values\": [" + "1,".repeat(values - 1) + "1]}";
    }

    /** Lists of a thousand values, of which all but the first are aliases. */
    private static String yaml(int lists) {
        return "values:\n- &list [" + "1,".repeat(999) + "1]\n" + "- *list\n".repeat(lists - 1);
    }

    @Test
    void aDocumentOfTooManyValuesIsRefused() {
        assertThat(SpecText.read(json(1_001)).get("values").size()).isEqualTo(1_001);
        assertThat(SpecText.read(yaml(10)).get("values").size()).isEqualTo(10);
        for (String many : List.of(json(SpecText.MAX_VALUES), yaml(1_000))) {
            assertThatExceptionOfType(DocumentFault.class)
                    .isThrownBy(() -> SpecText.read(many))
                    .withMessageContaining("more than 1000000 values");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {".nan", ".inf", "-.inf"})
    void aNumberThatJsonDoesNotHaveIsRefusedAndNamed(String number) {
        assertThatExceptionOfType(DocumentFault.class)
                .isThrownBy(() -> SpecText.read("example: " + number))
                .withMessageContaining("JSON cannot express");
    }
}
