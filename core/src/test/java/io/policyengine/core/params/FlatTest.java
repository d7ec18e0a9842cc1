package io.policyengine.core.params;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

class FlatTest {
    private static final YAMLMapper YAML = new YAMLMapper();

    /** A value that its constructor judges. */
    record Port(int number) {
        Port {
            if (number < 1) {
                throw new IllegalArgumentException("no port");
            }
        }
    }

    record Place(
            @Doc("Where.") @Default("\"local\"") String store,
            List<Port> ports,

            @Formerly(value = "room", since = "0.2.0") @Nullable @Range(min = 1, max = 9)
            Integer maxKeys,

            @Flat Deep deep) {}

    record Deep(@Default("7") int level) {}

    record Params(
            String name, @Flat Place place, @Default("[]") List<Item> items) {}

    record Item(int number, @Flat Deep deep) {}

    /** The parameters as if they were written in one record. */
    record Plain(
            String name,
            @Doc("Where.") @Default("\"local\"") String store,
            List<Port> ports,

            @Formerly(value = "room", since = "0.2.0") @Nullable @Range(min = 1, max = 9)
            Integer maxKeys,

            @Default("7") int level,
            @Default("[]") List<PlainItem> items) {}

    record PlainItem(int number, @Default("7") int level) {}

    private static final ParamsBinder<Params> BINDER = ParamsBinder.ofPolicy(Params.class);

    private static JsonNode json(String yaml) {
        return YAML.readTree(yaml);
    }

    private static List<ParamProblem> problems(ParamsBinder<?> binder, String yaml) {
        return binder.bind(json(yaml)) instanceof BoundParams.Invalid<?>(List<ParamProblem> problems)
                ? problems
                : List.of();
    }

    @Test
    void hasTheSchemaOfComponentsWrittenInTheirPlace() {
        JsonNode plain = ParamsBinder.ofPolicy(Plain.class).schema();

        assertThat(BINDER.schema().put("title", "Plain")).isEqualTo(plain);
        assertThat(BINDER.schema().path("properties").propertyNames())
                .containsExactlyElementsOf(plain.path("properties").propertyNames());
        assertThat(RecordJson.schema(Params.class).toString()).doesNotContain(FlatRecords.MARK);
    }

    @Test
    void bindsWhatStandsSideBySide() {
        BoundParams<Params> bound = BINDER.bind(
                json("{ name: a, ports: [ { number: 1 } ], max_keys: 3, items: [ { number: 2, level: 4 } ] }"));

        assertThat(bound)
                .isEqualTo(new BoundParams.Ok<>(new Params(
                        "a",
                        new Place("local", List.of(new Port(1)), 3, new Deep(7)),
                        List.of(new Item(2, new Deep(4))))));
    }

    @Test
    void pointsToWhatIsWritten() {
        String wrong = "{ name: a, ports: [ { number: 1 }, { number: 0 } ], items: [] }";

        assertThat(problems(BINDER, wrong))
                .containsExactly(new ParamProblem("/ports/1", "no port"))
                .isEqualTo(problems(ParamsBinder.ofPolicy(Plain.class), wrong));
    }

    @Test
    void reportsTheSameOfKeysAndValues() {
        for (String wrong : List.of(
                "{ name: a }",
                "{ name: a, ports: [], place: {} }",
                "{ name: a, ports: [], room: 3, max_keys: 10 }",
                "{ name: a, ports: [], level: high, items: [ { number: 1, deep: {} } ] }")) {
            assertThat(problems(BINDER, wrong))
                    .as(wrong)
                    .isNotEmpty()
                    .isEqualTo(problems(ParamsBinder.ofPolicy(Plain.class), wrong));
        }
    }

    record Twice(String store, @Flat Place place) {}

    record NoRecord(@Flat List<String> names) {}

    record Absent(@Flat @Nullable Deep deep) {}

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
    @JsonSubTypes({
        @JsonSubTypes.Type(value = One.class, name = "one"),
        @JsonSubTypes.Type(value = Two.class, name = "two")
    })
    sealed interface Either {}

    record One(@Flat Deep deep) implements Either {}

    record Two() implements Either {}

    record Alternatives(Either either) {}

    @Test
    void refusesWhatWouldBeAmbiguous() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ParamsBinder.of(Twice.class))
                .withMessage("'store' would occur twice: a flat component has it too");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ParamsBinder.of(NoRecord.class))
                .withMessage("'names' is flat, but not a record that is always present");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ParamsBinder.of(Absent.class))
                .withMessage("'deep' is flat, but not a record that is always present");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ParamsBinder.of(Alternatives.class))
                .withMessageContaining("an alternative has a flat component");
    }
}
