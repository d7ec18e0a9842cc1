package io.policyengine.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.config.files.ConfTexts;
import io.policyengine.kernel.generation.Origin;
import io.policyengine.kernel.generation.Snapshot;
import io.policyengine.kernel.history.GenerationStore;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the commands on generations say and do. The conf directory is at generation 3 of 3. */
class GenerationCommandsTest {
    private static final Path JSON_REFERENCE = Path.of("../docs/reference/generations.json");
    private static final Instant TIME = Instant.parse("2026-11-25T03:04:05.678Z");
    private static final String USERS = """
            route_policies:
              # who may come in
              - route_name: /users
                request_flow:
                  policy_chain:
                    - policy: apiKeyAuth
                      params: { keys: [{ consumer: alice, plain: hush-1 }] }
            """;

    @TempDir
    Path folder;

    private Path conf = Path.of("");
    private Path state = Path.of("");

    @BeforeEach
    void makeThreeGenerations() throws IOException {
        conf = folder.resolve("conf");
        state = folder.resolve("state");
        try (GenerationStore store = GenerationStore.openBlocking(state)) {
            write("kernel.yaml", "policy_kernel: { unknown_route: deny }\n");
            write("keys.yaml", "- hush-0\n");
            write("routes/users.yaml", USERS);
            save(store, 1, Origin.START);
            write("routes/users.yaml", USERS.replace("hush-1", "hush-2").replace("/users", "/people"));
            write("routes/more.yaml", "route_policies: [{ route_name: /more, request_flow: { policy_chain: [] } }]\n");
            save(store, 2, Origin.FILES);
            write("keys.yaml", "- hush-9\n");
            save(store, 3, Origin.API);
        }
    }

    private void save(GenerationStore store, long id, Origin origin) {
        store.saveBlocking(new Snapshot(
                id, origin, TIME.plusSeconds(id), ConfTexts.readBlocking(conf).hash(), ConfTexts.readBlocking(conf)));
    }

    private void write(String name, String text) throws IOException {
        Path file = conf.resolve(name);
        Files.createDirectories(file.resolveSibling("."));
        Files.writeString(file, text);
    }

    /** All that a command says, and its exit code. */
    private String run(String... command) {
        StringWriter said = new StringWriter();
        PrintWriter printer = new PrintWriter(said);
        List<String> arguments = new ArrayList<>(List.of(command));
        arguments.addAll(List.of("--conf", conf.toString(), "--state", state.toString()));
        int exitCode = Main.run(printer, printer, arguments.toArray(String[]::new));
        printer.flush();
        return said.toString().replace(folder + "/", "") + "exit code " + exitCode + "\n";
    }

    @Test
    void listsGenerationsTheNewestFirst() {
        assertThat(run("generations").replaceAll("[0-9a-f]{12}", "............"))
                .isEqualTo("""
                ID  TIME                  ORIGIN  HASH          FILES
                3   2026-11-25T03:04:08Z  api     ............  4      newest
                2   2026-11-25T03:04:07Z  files   ............  4
                1   2026-11-25T03:04:06Z  start   ............  3
                exit code 0
                """);
    }

    @Test
    void listsGenerationsAsTheReferenceShowsThem() throws IOException {
        String said = run("generations", "--json");

        String json = said.substring(0, said.lastIndexOf('}') + 1) + "\n";
        if (Boolean.getBoolean("golden.update")) {
            Files.writeString(JSON_REFERENCE, json);
        }
        assertThat(json).isEqualTo(Files.readString(JSON_REFERENCE));
        assertThat(said).endsWith("exit code 0\n");
    }

    @Test
    void pointsOutADamagedGeneration() throws IOException {
        Files.writeString(state.resolve("generations/2/conf/kernel.yaml"), "");

        assertThat(run("generations"))
                .contains("note: generation 2 in state cannot be used: kernel.yaml has changed")
                .endsWith("exit code 0\n");
        assertThat(run("rollback", "2"))
                .isEqualTo("generation 2 in state cannot be used: kernel.yaml has changed\nexit code 2\n");
    }

    @Test
    void showsWhatDiffersFileByFileWithoutSecrets() {
        assertThat(run("diff", "1", "2")).isEqualTo("""
                --- /dev/null
                +++ 2/routes/more.yaml
                @@ -0,0 +1,1 @@
                +route_policies: [{ route_name: /more, request_flow: { policy_chain: [] } }]
                --- 1/routes/users.yaml
                +++ 2/routes/users.yaml
                @@ -1,7 +1,7 @@
                 route_policies:
                   # who may come in
                -  - route_name: /users
                +  - route_name: /people
                     request_flow:
                       policy_chain:
                         - policy: apiKeyAuth
                -          params: { keys: [{ consumer: alice, plain: (secret) }] }
                +          params: { keys: [{ consumer: alice, plain: (secret, changed) }] }
                exit code 1
                """);
    }

    @Test
    void showsNothingOfFilesThatAreNotTheEngines() {
        assertThat(run("diff", "2", "3"))
                .isEqualTo("2/keys.yaml and 3/keys.yaml differ; they are not shown, since secrets in them cannot"
                        + " be recognized\nexit code 1\n");
    }

    @Test
    void comparesWithTheConfDirectoryAsItIs() throws IOException {
        assertThat(run("diff", "3", "conf")).isEqualTo("exit code 0\n");

        Files.delete(conf.resolve("routes/more.yaml"));

        assertThat(run("diff", "conf", "3"))
                .startsWith("--- /dev/null\n+++ 3/routes/more.yaml\n")
                .endsWith("exit code 1\n");
    }

    @Test
    void saysWhatIsNotThere() {
        assertThat(run("diff", "3", "4"))
                .isEqualTo("there is no generation 4 in state; there are: 3, 2, 1, and conf, the present conf"
                        + " directory\nexit code 2\n");
        assertThat(run("diff", "3")).contains("Missing required parameter: 'B'").endsWith("exit code 2\n");
        state = folder.resolve("none");
        assertThat(run("generations"))
                .isEqualTo("none: no such state directory; name the engine's directory with --state\nexit code 2\n");
    }

    @Test
    void writesTheFilesOfAGenerationBackAndSaysSo() throws IOException {
        write("routes/broken.yaml", "oops");
        write("overrides.yaml", "overrides: [{ policy: apiKeyAuth, mode: shadow, reason: a test }]\n");

        assertThat(run("rollback", "1")).isEqualTo("""
                wrote conf/keys.yaml
                wrote conf/routes/users.yaml
                removed conf/routes/broken.yaml
                removed conf/routes/more.yaml
                conf: is back at generation 1 of 2026-11-25T03:04:06.678Z; a kernel that uses this directory applies the files by itself, unless they would remove many routes or open one, or a file looks cut off: then POST /config:reload on its admin port, with ?allow_loss=true or ?allow_open=true
                exit code 0
                """);
        assertThat(run("diff", "1", "conf")).isEqualTo("""
                --- /dev/null
                +++ conf/overrides.yaml
                @@ -0,0 +1,1 @@
                +overrides: [{ policy: apiKeyAuth, mode: shadow, reason: a test }]
                exit code 1
                """);
        assertThat(run("rollback", "1"))
                .isEqualTo("conf: already equals generation 1; nothing was written\nexit code 0\n");
    }

    @Test
    void keepsOverridesThatCannotBeRead() throws IOException {
        Path overrides = Files.write(conf.resolve("overrides.yaml"), new byte[] {(byte) 0xff});

        assertThat(run("rollback", "1"))
                .contains("conf/overrides.yaml: error: ", "nothing was written")
                .endsWith("exit code 1\n");
        assertThat(overrides).exists();
        assertThat(conf.resolve("routes/more.yaml")).exists();
    }

    @Test
    void bringsALostConfDirectoryBack() throws IOException {
        Files.move(conf, folder.resolve("lost"));

        assertThat(run("rollback", "3")).endsWith("exit code 0\n");
        assertThat(conf.resolve("routes/users.yaml")).content().contains("hush-2");
    }

    @Test
    void refusesWhatIsOfAnotherConfDirectory() {
        conf = folder.resolve("other");

        assertThat(run("rollback", "3"))
                .isEqualTo(
                        "generation 3 in state cannot be used: it belongs to another conf directory, conf\nexit code 2\n");
        assertThat(conf).doesNotExist();
        assertThat(run("generations"))
                .startsWith("no generations\nnote: generation 3 in state cannot be used: it belongs to another")
                .endsWith("exit code 0\n");
    }

    @Test
    void goesBackToWhatOnlyTheLintObjectsTo() throws IOException {
        String chain =
                "[ { policy: redirect, params: { location: /b } }, { policy: transformHeaders, params: { set: { x: y } } } ]";
        try (GenerationStore store = GenerationStore.openBlocking(state)) {
            write(
                    "routes/users.yaml",
                    "route_policies: [ { route_name: /a, request_flow: { policy_chain: " + chain + " } } ]\n");
            save(store, 4, Origin.FILES);
        }
        write("routes/users.yaml", USERS);

        assertThat(run("rollback", "4"))
                .contains("error: ", "[unreachable]", "wrote conf/routes/users.yaml")
                .endsWith("exit code 0\n");
    }

    @Test
    void writesNothingThatCannotBeUsed() throws IOException {
        try (GenerationStore store = GenerationStore.openBlocking(state)) {
            write("routes/users.yaml", USERS.replace("plain: hush-1", "plain: '${file:key}'"));
            save(store, 4, Origin.FILES);
        }
        write("routes/users.yaml", USERS);

        assertThat(run("rollback", "4"))
                .contains("conf/routes/users.yaml:7:54: error: ", "the file 'key' does not exist")
                .endsWith("generation 4 cannot be used here: nothing was written. Its files are in"
                        + " state/generations/4/conf\nexit code 1\n");
        assertThat(conf.resolve("routes/users.yaml")).hasContent(USERS);
    }

    @Test
    void leavesFilesAloneThatSomebodyElseDistributes() throws IOException {
        Path file = conf.resolve("routes/users.yaml");
        Path elsewhere = Files.move(file, folder.resolve("distributed.yaml"));
        Files.createSymbolicLink(file, elsewhere);

        assertThat(run("rollback", "1"))
                .isEqualTo(
                        "conf/routes/users.yaml is a link: change the configuration where it comes from; a running kernel"
                                + " can return to this generation without the files: POST /generations/1:rollback on its admin port\n"
                                + "exit code 1\n");
        assertThat(conf.resolve("routes/more.yaml")).exists();
    }

    @Test
    void writesAllFilesOrNone() throws IOException {
        Path file = conf.resolve("routes/users.yaml");
        Files.delete(file);
        Files.createDirectories(file.resolve("in-its-place"));

        assertThat(run("rollback", "1"))
                .startsWith("conf/routes/users.yaml cannot be written (")
                .endsWith("exit code 1\n");
        assertThat(conf.resolve("keys.yaml")).hasContent("- hush-9");
        assertThat(conf.resolve("routes/more.yaml")).exists();
    }
}
