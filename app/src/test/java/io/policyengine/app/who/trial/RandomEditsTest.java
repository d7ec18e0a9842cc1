package io.policyengine.app.who.trial;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.app.check.ConfCheck;
import io.policyengine.app.engine.Conf;
import io.policyengine.core.config.KernelConfig;
import io.policyengine.core.config.Overrides;
import io.policyengine.core.config.files.ConfTexts;
import io.policyengine.core.lint.LintRoute;
import io.policyengine.core.who.AnsweredRoute;
import io.policyengine.core.who.Opening;
import io.policyengine.core.who.RouteAnswer;
import io.policyengine.core.who.Way;
import io.policyengine.core.who.Who;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * Random edits of sound configurations. The real chains, with stand-ins that do what the policies declare, are the
 * judge: what a request gets past after an edit, though nothing got past it before, {@code who} reports; and what {@code
 * who} reports, a request gets past. A change by which requests go by the edited route
 * policy is rejected exactly if it opens something.
 */
class RandomEditsTest {
    private static final int EDITS = Integer.getInteger("who.edits", 50);
    private static final long SEED = Long.getLong("who.seed", 1);
    private static final int REQUESTS = 6;

    /** Maximum number of requests to find one that gets past an entry that was removed. */
    private static final int MORE_REQUESTS = 20;

    private static final Path ROUTES = Path.of("src/test/resources/edits/routes.yaml");

    /**
     * An edit.
     *
     * @param base the name of the route policy that was edited
     * @param words what was done
     */
    private record Edit(String base, String words) {}

    @TempDir
    Path directory;

    private final Random random = new Random(SEED);
    private final Map<String, Edit> done = new HashMap<>();
    private Overrides overrides = Overrides.at(Instant.EPOCH, List.of());
    private int opened;
    private int harmless;

    @Test
    void whoReportsWhatAnEditOpensAndNothingElse() throws IOException {
        write();
        ConfCheck.Report checked = ConfCheck.checkBlocking(new Conf(directory), ConfTexts.readBlocking(directory));
        assertThat(checked.chains()).as(checked.problems()::toString).hasSize(checked.routes());
        overrides = Overrides.at(Instant.EPOCH, checked.config().overrides());
        Who who = new Who(overrides);
        List<TrialRoute> routes = new ArrayList<>();
        Map<String, TrialRoute> named = new HashMap<>();
        for (LintRoute route : checked.chains()) {
            TrialRoute tried = new TrialRoute("t" + routes.size() + "x", route);
            routes.add(tried);
            named.put(name(tried), tried);
        }

        try (TrialEngine engine = TrialEngine.startBlocking(routes, overrides)) {
            for (TrialRoute route : routes) {
                Edit edit = done.get(name(route));
                if (edit != null) {
                    TrialRoute base = Objects.requireNonNull(named.get(edit.base()));
                    RouteAnswer old = who.of(base.route());
                    RouteAnswer answer = who.of(route.route());
                    Set<String> lost = judgeBlocking(engine, route, answer, Guarantees.of(base, old), edit);
                    judgeChanges(
                            checked.config().kernel(),
                            new AnsweredRoute(base.route(), old),
                            new AnsweredRoute(route.route(), answer),
                            !lost.isEmpty(),
                            "seed " + SEED + ", " + edit + ", lost: " + lost);
                }
            }
        }

        assertThat(opened)
                .as("edits that open something, beside %s others", harmless)
                .isGreaterThan(EDITS / 8);
        assertThat(harmless)
                .as("edits that open nothing, beside %s others", opened)
                .isGreaterThan(EDITS / 8);
    }

    private static String name(TrialRoute route) {
        return route.route().config().routeName();
    }

    /** A change in which requests lose guarantees is rejected, whatever route policy they had, and no other is. */
    private static void judgeChanges(
            KernelConfig kernel, AnsweredRoute before, AnsweredRoute after, boolean opens, String told) {
        for (Arrangement change : Arrangement.values()) {
            assertThat(change.isObjectedTo(kernel, before, after))
                    .as("%s, %s", change, told)
                    .isEqualTo(opens && change.takes());
        }
    }

    /** Returns the guarantees that the edit has removed, after comparing what {@code who} reports with what requests do. */
    private Set<String> judgeBlocking(
            TrialEngine engine, TrialRoute route, RouteAnswer answer, Set<String> before, Edit edit) {
        Set<String> reported = new TreeSet<>(before);
        if (answer.isReached()) {
            reported.removeAll(Guarantees.of(route, answer));
        } else {
            reported.clear();
        }
        RandomCases cases = new RandomCases(random);
        Set<String> seen = new TreeSet<>();
        for (int i = 0; i < REQUESTS; i++) {
            seen.addAll(lackedBlocking(engine, route, before, cases, cases.circumstances(route, i % 2 == 1)));
        }
        String told = "seed " + SEED + ", " + edit + ", guarantees that who reports to be lost, of " + before;
        assertThat(reported).as(told).containsAll(seen);
        Set<String> confirmed = confirmedBlocking(engine, route, answer, reported, seen);
        for (int i = 0; i < MORE_REQUESTS && !confirmed.containsAll(reported); i++) {
            confirmed.addAll(lackedBlocking(engine, route, before, cases, TrialCase.empty()));
        }
        assertThat(confirmed).as(told).containsAll(reported);
        opened += reported.isEmpty() ? 0 : 1;
        harmless += reported.isEmpty() ? 1 : 0;
        return reported;
    }

    /** Returns the guarantees that a random request under these circumstances lacks. */
    private Set<String> lackedBlocking(
            TrialEngine engine, TrialRoute route, Set<String> guarantees, RandomCases cases, TrialCase with) {
        Set<String> answering = Set.copyOf(with.answering());
        return Guarantees.lacking(
                route,
                guarantees,
                engine.exchangeBlocking(route, cases.request(), cases.response(), with),
                answering,
                overrides);
    }

    /** Returns those of the reported guarantees that a request was seen to lack, or the witness of an opening lacks. */
    private static Set<String> confirmedBlocking(
            TrialEngine engine, TrialRoute route, RouteAnswer answer, Set<String> reported, Set<String> seen) {
        Set<String> confirmed = new TreeSet<>(seen);
        for (Opening opening : answer.openings()) {
            Set<String> open = Guarantees.of(route, opening);
            for (Way way : opening.ways()) {
                if (confirmed.containsAll(reported)) {
                    return confirmed;
                }
                if (Trial.tryBlocking(engine, route, answer, opening, way).verdict() == Trial.Verdict.CONFIRMED) {
                    confirmed.addAll(open);
                }
            }
        }
        return confirmed;
    }

    /** Writes the sound route policies, then the edited ones. */
    private void write() throws IOException {
        ArrayNode bases = (ArrayNode) new YAMLMapper().readTree(ROUTES).get("route_policies");
        RandomEdits edits = new RandomEdits(random);
        ArrayNode routes = bases.deepCopy();
        ObjectNode switched = JsonNodeFactory.instance.objectNode();
        ArrayNode overridden = switched.putArray("overrides");
        for (int i = 0; i < EDITS; i++) {
            String name = "/e" + i;
            ObjectNode base = (ObjectNode) bases.get(random.nextInt(bases.size()));
            RandomEdits.Edited edited = edits.edit(base, name);
            boolean isOverridden = random.nextInt(30) == 0;
            if (isOverridden) {
                overridden
                        .addObject()
                        .put("route", name)
                        .put("mode", random.nextBoolean() ? "off" : "shadow")
                        .put("reason", "an edit");
            }
            routes.add(edited.route());
            done.put(
                    name,
                    new Edit(base.get("route_name").asString(), edited.done() + (isOverridden ? ", override" : "")));
        }
        Files.createDirectories(directory.resolve("routes"));
        Files.writeString(directory.resolve("kernel.yaml"), "policy_kernel: { unknown_route: deny }\n");
        Files.writeString(
                directory.resolve("worker.yaml"),
                "worker_core:\n  name: default-worker\n  stores: { redis: { url: \"redis://127.0.0.1:1\" } }\n");
        Files.copy(Path.of("../conf/users.htpasswd"), directory.resolve("users.htpasswd"));
        Files.writeString(
                directory.resolve("routes/edits.yaml"),
                JsonNodeFactory.instance
                        .objectNode()
                        .set("route_policies", routes)
                        .toString());
        Files.writeString(directory.resolve("overrides.yaml"), switched.toString());
    }
}
