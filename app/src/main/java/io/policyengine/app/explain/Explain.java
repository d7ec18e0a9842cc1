package io.policyengine.app.explain;

import io.policyengine.app.admin.AdminClient;
import io.policyengine.app.admin.AdminOptions;
import io.policyengine.app.admin.Printable;
import io.policyengine.app.command.CommandFailure;
import io.policyengine.app.command.Version;
import io.policyengine.app.engine.Conf;
import java.io.PrintWriter;
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

    @Mixin
    private FilterOptions filter = new FilterOptions();

    @Option(
            names = "--limit",
            paramLabel = "NUMBER",
            description = "The number of exchanges in a list: 1 to 200; by default " + LISTED + ".")
    private @Nullable String limit;

    @Option(
            names = "--would-deny",
            paramLabel = "ENTRY",
            description = "List what this entry, which is in shadow mode, would have denied.")
    private @Nullable String wouldDeny;

    @Option(
            names = "--follow",
            description = "Print a line for each exchange that is kept from now on, or since --since, until Ctrl-C.")
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
        int ways = (id == null ? 0 : 1) + last().size() + (follow ? 1 : 0) + (wouldDeny == null ? 0 : 1);
        boolean isFiltered = !filter.query().isEmpty();
        if (ways > 1) {
            throw CommandFailure.usage(
                    "REQUEST_ID, --last-denied, --last-failed, --last-refused, --would-deny and --follow exclude each"
                            + " other");
        }
        if (id != null && isFiltered) {
            throw CommandFailure.usage("a REQUEST_ID takes no other condition, such as --route or --since");
        }
        if (ways == 0 && !isFiltered) {
            throw CommandFailure.usage("give a request id, --last-denied, --last-failed, --last-refused, --would-deny,"
                    + " --follow, or a condition such as --route or --since");
        }
        if (ways == 1 && wouldDeny == null && limit != null) {
            throw CommandFailure.usage("--limit is for lists");
        }
        if (whatIf.isAsked() && (ways == 0 || follow || wouldDeny != null)) {
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
            throw client.refusal(path(), answer);
        }
        JsonNode found = answer.body();
        JsonNode exchanges = found.path(wouldDeny == null ? "exchanges" : "denials");
        if (whatIf.isAsked() && !exchanges.isEmpty()) {
            whatIf.tellBlocking(out, exchanges.get(0), Conf.named(admin.conf()), json);
            return 0;
        }
        if (json) {
            out.println(found.toPrettyString());
            out.flush();
        } else if (wouldDeny == null) {
            print(found);
        } else {
            printShadow(found);
        }
        return exchanges.isEmpty() ? CommandFailure.FAILED : 0;
    }

    private void print(JsonNode found) {
        JsonNode exchanges = found.path("exchanges");
        ExchangeText text = new ExchangeText(out);
        boolean isList = id == null && last().isEmpty();
        if (exchanges.isEmpty()) {
            String overwritten = found.path("overwritten_before").asString("");
            out.println("no such exchange is kept"
                    + (overwritten.isEmpty()
                            ? ""
                            : "; those from before " + Printable.of(overwritten) + " may have been overwritten"));
        } else if (isList) {
            text.list(exchanges);
        } else {
            for (JsonNode exchange : exchanges) {
                text.print(exchange);
            }
        }
        if (!found.path("complete").asBoolean()) {
            out.println("note: an event loop of the kernel did not answer, so exchanges may be missing");
        }
        if (!isList && !found.path("located").asBoolean(true)) {
            out.println(
                    "note: files of earlier generations were not read in time, so positions in files may be missing: "
                            + "ask again");
        }
        out.flush();
    }

    private void printShadow(JsonNode found) {
        if (found.path("denials").isEmpty()) {
            out.println("no worker keeps a would-be denial of this entry");
        } else {
            new ExchangeText(out).listShadow(found.path("denials"));
        }
        for (JsonNode replica : found.path("unanswered")) {
            out.println("note: " + Printable.of(replica.path("replica").asString("")) + " did not answer: "
                    + Printable.of(replica.path("reason").asString("")));
        }
        out.flush();
    }

    private String path() {
        if (id != null) {
            return "/exchanges/" + FilterOptions.encoded(id);
        }
        List<String> query = new ArrayList<>(last());
        String listed = limit == null ? String.valueOf(LISTED) : FilterOptions.encoded(limit);
        query.add("limit=" + (!query.isEmpty() ? "1" : follow ? String.valueOf(FOLLOWED) : listed));
        query.addAll(filter.query());
        if (wouldDeny != null) {
            query.add("would_deny=" + FilterOptions.encoded(wouldDeny));
            return "/shadow-denials?" + String.join("&", query);
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

    private void follow(AdminClient client) throws InterruptedException {
        ExchangeText text = new ExchangeText(out);
        Set<String> told = new LinkedHashSet<>();
        boolean isWanted = filter.hasStart();
        while (!out.checkError()) {
            for (JsonNode exchange : newestLast(client)) {
                String key = exchange.path("arrived").asString("") + " "
                        + exchange.path("request_id").asString("");
                if (told.add(key) && isWanted) {
                    tellOne(text, exchange);
                }
                if (told.size() > REMEMBERED) {
                    told.remove(told.iterator().next());
                }
            }
            isWanted = true;
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
