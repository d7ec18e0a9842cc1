package io.policyengine.policies.format.form;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NameReadingsTest {
    private static final Set<String> READINGS = NameReadings.of(List.of("role", "my.file", "tags[]", "a.b[c]"));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "role",
                "Role",
                " role",
                "role ",
                "role[]",
                "role[0][a]",
                "role[",
                "[role]",
                "role]",
                "role.a",
                "role\0b",
                "my file",
                "my_file",
                "my[file",
                "my.file[]",
                "my_file[0]",
                "tags",
                "tags[0]",
                " tags[]",
                "a_b[c]",
                "A.B[C]x",
                " a.b[c]"
            })
    void aServerReadsItAsOneOfThem(String name) {
        assertThat(NameReadings.isAmong(name, READINGS)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", "roles", "a_role", "a.role", "a[role]", "rol", "file", "my", "a", "a.c", "a.b", "a.b[d]", "a_b"
            })
    void noServerReadsItAsOneOfThem(String name) {
        assertThat(NameReadings.isAmong(name, READINGS)).isFalse();
    }
}
