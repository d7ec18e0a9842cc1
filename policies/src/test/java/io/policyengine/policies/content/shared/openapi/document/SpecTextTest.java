package io.policyengine.policies.content.shared.openapi.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpecTextTest {
    @ParameterizedTest
    @ValueSource(strings = {"{\"values\": [", "values: ["})
    void aDocumentOfTooManyValuesIsRefused(String beginning) {
        String some = "1,".repeat(1_000) + "1]";
        String many = "1,".repeat(SpecText.MAX_VALUES) + "1]";
        String end = beginning.startsWith("{") ? "}" : "";

        assertThat(SpecText.read(beginning + some + end).get("values").size()).isEqualTo(1_001);
        assertThatExceptionOfType(DocumentFault.class)
                .isThrownBy(() -> SpecText.read(beginning + many + end))
                .withMessageContaining("more than 1000000 values");
    }

    @ParameterizedTest
    @ValueSource(strings = {".nan", ".inf", "-.inf"})
    void aNumberThatJsonDoesNotHaveIsRefusedAndNamed(String number) {
        assertThatExceptionOfType(DocumentFault.class)
                .isThrownBy(() -> SpecText.read("example: " + number))
                .withMessageContaining("JSON cannot express");
    }
}
