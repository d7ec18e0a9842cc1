package io.policyengine.app.explain;

import io.policyengine.app.admin.AdminClient;
import io.policyengine.app.admin.AdminOptions;
import io.policyengine.app.admin.Printable;
import io.policyengine.app.command.CommandFailure;
import io.policyengine.app.command.Version;
import io.policyengine.app.engine.Conf;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** The command {@code explain}, which reports how recorded exchanges were decided. */
@Command(
        name = "explain",
        description = "Shows the outcome of an exchange and the reason, from the flight recorder of a running kernel.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:shown", "1:no such exchange is kept, or no kernel answers", "2:wrong usage"})
public final class Explain implements Callable<Integer> {
    private static final int OK = 200;
    private static final int LISTED = 20;
    private static final int FOLLOWED = 200;
    private static final long LOOK_MILLIS = 1000;

    /**
     * The number of recently printed exchanges that {@code --follow} remembers, so that it prints each exchange once.
     */
    private static final int REMEMBERED = 4000;

    private final PrintWriter out;

    @Mixin
    private AdminOptions admin = new AdminOptions();

    @Parameters(index = "0", arity = "0..1", paramLabel = "REQUEST_ID", description = "The id of the request.")
    private @Nullable String id;

    @Option(names = "--last-denied", description = "The newest exchange that a policy denied.")
    private boolean lastDenied;

    @Option(names = "--last-failed", description = "The newest exchange that ended with an error of the engine.")
    private boolean lastFailed;

    @Option(
            names = "--last-refused",
            description = "The newest exchange that the engine refused because it was overloaded.")
    private boolean lastRefused;

    @Option(
            names = "--route",
            paramLabel = "ROUTE",
            description = "Only exchanges of this route; without other options, a list of the newest ones.")
    private @Nullable String route;

    @Option(names = "--follow", description = "Print a line for each exchange that is kept, until Ctrl-C.")
    private boolean follow;

    @Option(names = "--json", description = "Print JSON: one object; with --follow, one a line.")
    private boolean json;

    @Mixin
    private WhatIfOptions whatIf = new WhatIfOptions();

    public Explain(PrintWriter out) {
        this.out = out;
    }

    @Override
    public Integer call() throws InterruptedException {
        int ways = (id == null ? 0 : 1) + last().size() + (follow ? 1 : 0);
        if (ways > 1 || (id != null && route != null)) {
            throw CommandFailure.usage(
                    "REQUEST_ID, --last-denied, --last-failed, --last-refused and --follow exclude each other");
        }
        if (ways == 0 && route == null) {
            throw CommandFailure.usage(
                    "give a request id, or --last-denied, --last-failed, --last-refused, --route or --follow");
        }
        if (whatIf.isAsked() && (ways == 0 || follow)) {
            throw CommandFailure.usage(
                    "--what-if needs one exchange: a REQUEST_ID, --last-denied, --last-failed or --last-refused");
        }
        if (whatIf.isAsked()) {
            whatIf.checkBlocking();
        }
        try (AdminClient client = admin.connectBlocking()) {
            if (follow) {
                follow(client);
                return 0;
            }
            return tell(client);
        }
    }

    private int tell(AdminClient client) {
        AdminClient.Answer answer = client.askBlocking(path());
        if (answer.status() != OK) {
            throw refused(answer);
        }
        JsonNode found = answer.body();
        JsonNode exchanges = found.path("exchanges");
        if (whatIf.isAsked() && !exchanges.isEmpty()) {
            whatIf.tellBlocking(out, exchanges.get(0), Conf.named(admin.conf()), json);
            return 0;
        }
        if (json) {
            out.println(found.toPrettyString());
            out.flush();
        } else {
            print(exchanges, found.path("complete").asBoolean());
        }
        return exchanges.isEmpty() ? CommandFailure.FAILED : 0;
    }

    private static CommandFailure refused(AdminClient.Answer answer) {
        String detail = Printable.of(answer.body().path("detail").asString("status " + answer.status()));
        return CommandFailure.failed(detail);
    }

    private void print(JsonNode exchanges, boolean complete) {
        ExchangeText text = new ExchangeText(out);
        boolean isList = id == null && last().isEmpty();
        if (exchanges.isEmpty()) {
            out.println("no such exchange is kept");
        } else if (isList) {
            text.list(exchanges);
        } else {
            for (JsonNode exchange : exchanges) {
                text.print(exchange);
            }
        }
        if (!complete) {
            out.println("note: an event loop of the kernel did not answer, so exchanges may be missing");
        }
        out.flush();
    }

    private String path() {
        if (id != null) {
            return "/exchanges/" + encoded(id);
        }
        List<String> query = new ArrayList<>(last());
        query.add("limit=" + (!query.isEmpty() ? 1 : follow ? FOLLOWED : LISTED));
        if (route != null) {
            query.add("route=" + encoded(route));
        }
        return "/exchanges?" + String.join("&", query);
    }

    /** Returns the query parameters that select the newest denied, failed or refused exchange, or an empty list. */
    private List<String> last() {
        List<String> kinds = new ArrayList<>();
        if (lastDenied) {
            kinds.add("kept=denied");
        }
        if (lastFailed) {
            kinds.add("kept=error");
        }
        if (lastRefused) {
            kinds.add("kept=overloaded");
        }
        return List.copyOf(kinds);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private void follow(AdminClient client) throws InterruptedException {
        ExchangeText text = new ExchangeText(out);
        Set<String> told = new LinkedHashSet<>();
        boolean isFirst = true;
        while (!out.checkError()) {
            for (JsonNode exchange : newestLast(client)) {
                String key = exchange.path("arrived").asString("") + " "
                        + exchange.path("request_id").asString("");
                if (told.add(key) && !isFirst) {
                    tellOne(text, exchange);
                }
                if (told.size() > REMEMBERED) {
                    told.remove(told.iterator().next());
                }
            }
            isFirst = false;
            Thread.sleep(LOOK_MILLIS);
        }
    }

    private void tellOne(ExchangeText text, JsonNode exchange) {
        if (json) {
            out.println(exchange.toString());
            out.flush();
        } else {
            text.line(exchange);
        }
    }

    private List<JsonNode> newestLast(AdminClient client) {
        List<JsonNode> found = new ArrayList<>();
        client.getBlocking(path()).path("exchanges").forEach(found::add);
        return found.reversed();
    }
}
