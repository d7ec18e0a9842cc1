package io.policyengine.core.config.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.policyengine.core.error.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

class YamlFileTest {
    @Test
    void knowsThePlaceOfKeysAndValues() {
        var tree = YamlFile.parse("f", """
                # first
                a: 1
                list:
                  - x
                  - { b: [ 1,  "two" ], c/d: ~ }
                text: |
                  line
                """);

        assertThat(tree.key("/a")).hasToString("f:2:1");
        assertThat(tree.value("/a")).hasToString("f:2:4");
        assertThat(tree.value("/list")).hasToString("f:4:3");
        assertThat(tree.value("/list/0")).hasToString("f:4:5");
        assertThat(tree.value("/list/1")).hasToString("f:5:5");
        assertThat(tree.key("/list/1/b")).hasToString("f:5:7");
        assertThat(tree.value("/list/1/b/1")).hasToString("f:5:16");
        assertThat(tree.key("/list/1/c~1d")).hasToString("f:5:25");
        assertThat(tree.value("/list/1/none/deep")).hasToString("f:5:5");
        assertThat(tree.value("")).hasToString("f:2:1");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            a: off                      | {"a":"off"}
            a: yes                      | {"a":"yes"}
            a: true                     | {"a":true}
            a: 'true'                   | {"a":"true"}
            a: 5                        | {"a":5}
            a: 99999999999              | {"a":99999999999}
            a: 99999999999999999999     | {"a":99999999999999999999}
            a: 1.5                      | {"a":1.5}
            a: -3                       | {"a":-3}
            a: "0660"                   | {"a":"0660"}
            a: 0660                     | {"a":660}
            a: 0x1f                     | {"a":31}
            a: 0o17                     | {"a":15}
            a: "~"                      | {"a":"~"}
            a: &x 5                     | {"a":5}
            a: 1.2.3                    | {"a":"1.2.3"}
            a: 2024-01-01               | {"a":"2024-01-01"}
            a: 12:30                    | {"a":"12:30"}
            a:                          | {"a":null}
            a: ~                        | {"a":null}
            a: ""                       | {"a":""}
            a: !!str 5                  | {"a":"5"}
            a: {b: &x [1, {c: 2}], d: *x} | {"a":{"b":[1,{"c":2}],"d":[1,{"c":2}]}}
            a: [&x y, *x]               | {"a":["y","y"]}
            """)
    void readsYaml12(String yaml, String json) {
        assertThat(new JsonMapper().writeValueAsString(YamlFile.parse("f", yaml).root()))
                .isEqualTo(json);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ''                | f: error: the file is empty
            '# a comment\n'   | f: error: the file is empty
            '---\n'           | f: error: the file is empty
            'a: 1\nb: 2\na: 3' | f:3:1: error: duplicate key 'a', first in line 1
            'a: {b: 1, b: 2}' | f:1:11: error: duplicate key 'b', first in line 1
            'a: 1\n---\nb: 2' | f:2:1: error: a second YAML document: a file may contain only one
            'a:\n\t- b'       | f:2:1: error: not YAML: a tab in the indentation: use spaces
            'a: [1, 2'        | f:1:9: error: not YAML: expected ',' or ']', but got the end of the file
            'a: b: c'         | f:1:5: error: not YAML: mapping values are not allowed here
            'a: *none'        | f:1:4: error: unknown anchor 'none'
            'a: &x [*x]'      | f:1:8: error: unknown anchor 'x'
            'a: !own [5]'     | f:1:4: error: a custom tag: only YAML's standard types are supported
            'a: .inf'         | f:1:4: error: this number cannot be expressed in JSON
            'a: .nan'         | f:1:4: error: this number cannot be expressed in JSON
            '? [a]\n: b'      | f:1:3: error: a key must be text
            '*x : b'          | f:1:1: error: a key must be text
            'a: !own 5'       | f:1:4: error: a custom tag: only YAML's standard types are supported
            'a: "\\q"'        | f:1:6: error: not YAML: found unknown escape character q(113)
            """)
    void refuses(String yaml, String problem) {
        assertThatThrownBy(() -> YamlFile.parse("f", yaml.replace("\\n", "\n").replace("\\t-", "\t-")))
                .isInstanceOf(ConfigException.class)
                .hasMessage(problem);
    }

    @Test
    void boundsWhatAliasesCanGrowTo() {
        var yaml = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (var level = 1; level < 12; level++) {
            yaml.append("a%d: &a%d [%s]\n".formatted(level, level, ("*a" + (level - 1) + ", ").repeat(9) + "x"));
        }

        assertThatThrownBy(() -> YamlFile.parse("f", yaml.toString()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(
                        "too large: more than " + ValueBudget.MAX + " values in all files together, aliases included");
    }

    @Test
    @Timeout(20)
    void readsAVeryLongScalarInLinearTime() {
        // With the parser's own buffer, each KiB of it costs a copy of all before: a minute.
        var digits = "9".repeat(8 * 1024 * 1024);

        assertThatThrownBy(() -> YamlFile.parse("f", "a: " + digits))
                .isInstanceOf(ConfigException.class)
                .hasMessage("f:1:4: error: this number cannot be expressed in JSON");
        assertThat(YamlFile.parse("f", "a: x" + digits).root().path("a").stringValue())
                .hasSize(1 + digits.length());
    }

    @Test
    void boundsDepth() {
        assertThatThrownBy(() -> YamlFile.parse("f", "[".repeat(200) + "]".repeat(200)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("nested deeper than 100 levels");
    }

    @Test
    void passesOverAByteOrderMark() {
        assertThat(YamlFile.parse("f", "\uFEFFa: 1").root().get("a").intValue()).isEqualTo(1);
    }
}
