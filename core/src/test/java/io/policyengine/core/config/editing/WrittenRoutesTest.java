package io.policyengine.core.config.editing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.policyengine.core.config.files.ConfTexts;
import io.policyengine.core.config.files.FileEdit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class WrittenRoutesTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String TWO = """
            # All users.
            chains:
              secured: [ { policy: a } ]   # shared
            route_policies:
              # the first
              - route_name: /one
                request_flow:
                  policy_chain:
                    - { policy: a, params: { text: "ünicode 🙂" } }

              # the second
              - route_name_regex: /two/[0-9]+
                response_flow: { policy_chain: [ { policy: b } ] }
            # the end
            """;

    @TempDir
    private Path directory;

    @BeforeEach
    void makeFolder() throws IOException {
        Files.createDirectories(directory.resolve("routes"));
    }

    @Test
    void findsByNameAndByRegexWithThePlace() throws IOException {
        WrittenRoutes routes = routes("routes/users.yaml", TWO);

        assertThat(routes.find("/one").orElseThrow().location()).hasToString("routes/users.yaml:6:5");
        assertThat(routes.find("/two/[0-9]+").orElseThrow().index()).isEqualTo(1);
        assertThat(routes.find("/three")).isEmpty();
    }

    @Test
    void replacesOneRouteAndLeavesEveryOtherCharacter() throws IOException {
        WrittenRoutes routes = routes("routes/users.yaml", TWO);

        FileEdit edit = routes.replace(
                routes.find("/one").orElseThrow(),
                json("{\"route_name\": \"/one\", \"request_flow\": {\"reencode\": false}}"));

        assertThat(edit.text()).isEqualTo("""
                # All users.
                chains:
                  secured: [ { policy: a } ]   # shared
                route_policies:
                  # the first
                  - route_name: /one
                    request_flow:
                      reencode: false

                  # the second
                  - route_name_regex: /two/[0-9]+
                    response_flow: { policy_chain: [ { policy: b } ] }
                # the end
                """);
    }

    @Test
    void writesTextsThatLookLikeOtherTypesSoThatTheyStayTexts() throws IOException {
        WrittenRoutes routes = routes("routes/users.yaml", TWO);
        ObjectNode definition =
                json("{\"route_name\": \"/one\", \"request_flow\": {\"policy_chain\": [{\"policy\": \"a\","
                        + " \"params\": {\"a\": \"1\", \"b\": \"true\", \"c\": \"null\", \"d\": \"off\", \"e\": \"x: y # z\", \"f\": \"\","
                        + " \"g\": \"two\\nlines\\n\", \"h\": \"${env:X}\", \"i\": 1.5, \"j\": \" - \"}}]}}");

        FileEdit edit = routes.replace(routes.find("/one").orElseThrow(), definition);

        WrittenRoutes after = routes("routes/users.yaml", String.valueOf(edit.text()));
        assertThat(after.find("/one").orElseThrow().definition()).isEqualTo(definition);
        assertThat(after.find("/two/[0-9]+")).isPresent();
    }

    @Test
    void removesOneRouteAndKeepsTheOthers() throws IOException {
        WrittenRoutes routes = routes("routes/users.yaml", TWO);

        FileEdit edit = routes.remove(routes.find("/one").orElseThrow());

        WrittenRoutes after = routes("routes/users.yaml", String.valueOf(edit.text()));
        assertThat(after.find("/one")).isEmpty();
        assertThat(after.find("/two/[0-9]+")).isPresent();
        assertThat(edit.text())
                .contains("secured: [ { policy: a } ]   # shared")
                .contains("# the second");
    }

    @Test
    void removesTheFileThatHoldsNothingElse() throws IOException {
        WrittenRoutes routes = routes("routes/one.yaml", "route_policies:\n  - route_name: /one\n");

        FileEdit edit = routes.remove(routes.find("/one").orElseThrow());

        assertThat(edit).isEqualTo(new FileEdit("routes/one.yaml", null));
    }

    @Test
    void leavesAnEmptyListWhereTheFileHoldsSharedChains() throws IOException {
        WrittenRoutes routes =
                routes("routes/one.yaml", "route_policies:\n  - route_name: /one\nchains:\n  c: [ { policy: a } ]\n");

        FileEdit edit = routes.remove(routes.find("/one").orElseThrow());

        assertThat(routes("routes/one.yaml", String.valueOf(edit.text())).find("/one"))
                .isEmpty();
        assertThat(edit.text()).contains("chains:\n  c: [ { policy: a } ]\n");
    }

    @Test
    void replacesInAListOnOneLine() throws IOException {
        WrittenRoutes routes = routes(
                "kernel.yaml", "policy_kernel: { route_policies: [ { route_name: /one }, { route_name: /two } ] }\n");

        FileEdit edit = routes.replace(
                routes.find("/two").orElseThrow(), json("{\"route_name\": \"/two\", \"request_flow\": {}}"));

        assertThat(edit.text())
                .isEqualTo("policy_kernel: { route_policies: [ { route_name: /one },"
                        + " {\"route_name\":\"/two\",\"request_flow\":{}} ] }\n");
    }

    @Test
    void refusesWhatOnlyAPersonCanChange() throws IOException {
        WrittenRoutes routes =
                routes("routes/one.yaml", "route_policies: [ { route_name: /one }, { route_name: /two } ]\n");

        assertThatThrownBy(() -> routes.remove(routes.find("/one").orElseThrow()))
                .isInstanceOf(NotEditableException.class)
                .hasMessageContaining("routes/one.yaml:1:19");
    }

    @Test
    void givesANewRouteAFileOfItsOwn() throws IOException {
        WrittenRoutes routes = routes("routes/api--x.yaml", "route_policies: []\n");

        FileEdit edit = routes.add("/x", json("{\"route_name\": \"/x\"}"));

        assertThat(edit).isEqualTo(new FileEdit("routes/api--x-2.yaml", "route_policies:\n- route_name: /x\n"));
    }

    private WrittenRoutes routes(String file, String text) throws IOException {
        Files.writeString(directory.resolve(file), text);
        return new WrittenRoutes(ConfTexts.readBlocking(directory).withBlocking(List.of(new FileEdit(file, text))));
    }

    private static ObjectNode json(String text) {
        return (ObjectNode) JSON.readTree(text);
    }
}
