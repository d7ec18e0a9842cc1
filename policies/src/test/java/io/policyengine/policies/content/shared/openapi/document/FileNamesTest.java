package io.policyengine.policies.content.shared.openapi.document;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileNamesTest {
    @ParameterizedTest
    @CsvSource({
        "api.yaml, pet.yaml, pet.yaml",
        "spec/api.yaml, pet.yaml, spec/pet.yaml",
        "spec/api.yaml, ./a/../pet.yaml, spec/pet.yaml",
        "spec/api.yaml, ../api.yaml, api.yaml",
        "api.yaml, ../../pet.yaml, ../../pet.yaml",
        "../a/api.yaml, ../../pet.yaml, ../../pet.yaml",
        "/etc/spec/api.yaml, ../../../../pet.yaml, /pet.yaml",
        "spec/api.yaml, /etc//passwd, /etc/passwd",
    })
    void aNameIsRelativeToTheFolderOfItsFile(String file, String other, String meant) {
        assertThat(FileNames.beside(file, other)).isEqualTo(meant);
    }
}
