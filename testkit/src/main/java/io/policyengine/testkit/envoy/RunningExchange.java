package io.policyengine.testkit.envoy;

import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.policyengine.testkit.envoy.StreamEnd.Kind;
import io.policyengine.testkit.envoy.model.Action;
import io.policyengine.testkit.envoy.model.EnvoyModel;
import io.policyengine.testkit.envoy.model.FilterConfig;
import io.policyengine.testkit.envoy.model.HttpPart;
import io.policyengine.testkit.envoy.model.ModelDirection;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A running HTTP exchange through the filter. It runs on one context; its public methods are thread-safe. */
public final class RunningExchange {
    /** The value of Envoy's runtime setting {@code envoy.filters.http.ext_proc.remote_close_timeout_milliseconds}. */
    private static final Duration REMOTE_CLOSE_TIMEOUT = Duration.ofSeconds(1);

    private final Vertx vertx;
    private final Context context;
    private final FilterConfig config;
    private final EnvoyModel model;
    private final SimRequest request;
    private final Upstream upstream;
    private final BodyArrival arrival;
    private final Duration linger;
    private final Function<Consumer<ProcessingResponse>, SimStream> opener;

    private final Map<ModelDirection, Queue<HttpPart>> pending = new EnumMap<>(ModelDirection.class);
    private final Map<ModelDirection, Long> timers = new EnumMap<>(ModelDirection.class);
    private final HttpSink toUpstream = new HttpSink();
    private final HttpSink toClient = new HttpSink();
    private final List<ProcessingRequest> sent = new ArrayList<>();
    private final List<ProcessingResponse> received = new ArrayList<>();
    private final Set<Moment> passed = EnumSet.noneOf(Moment.class);
    private final Promise<SimResult> result = Promise.promise();
    private @Nullable SimStream stream;
    private @Nullable Moment hangUpAt;
    private boolean upstreamAsked;
    private boolean reset;
    private boolean over;
    private boolean feeding;

    RunningExchange(
            Vertx vertx,
            Context context,
            FilterConfig config,
            SimRequest request,
            Upstream upstream,
            BodyArrival arrival,
            Duration linger,
            Function<Consumer<ProcessingResponse>, SimStream> opener) {
        this.vertx = vertx;
        this.context = context;
        this.config = config;
        this.model = new EnvoyModel(config);
        this.request = request;
        this.upstream = upstream;
        this.arrival = arrival;
        this.linger = linger;
        this.opener = opener;
        pending.put(ModelDirection.REQUEST, new ArrayDeque<>(request.parts()));
        pending.put(ModelDirection.RESPONSE, new ArrayDeque<>());
    }

    /** Returns the result, once the client has received its response or hung up, and the gRPC stream has ended. */
    public Future<SimResult> result() {
        return result.future();
    }

    /** Disconnects the client now. */
    public RunningExchange hangUp() {
        context.runOnContext(v -> hangUpNow());
        return this;
    }

    /** Disconnects the client at this moment, or immediately if the moment has passed. */
    public RunningExchange hangUpWhen(Moment moment) {
        context.runOnContext(v -> {
            if (passed.contains(moment)) {
                hangUpNow();
            } else {
                hangUpAt = moment;
            }
        });
        return this;
    }

    void start() {
        context.runOnContext(v -> feed());
    }

    /** Passes all parts of the messages to the model that it accepts now. */
    private void feed() {
        if (feeding) {
            return;
        }
        feeding = true;
        boolean progress = true;
        while (progress) {
            boolean request = feedOne(ModelDirection.REQUEST);
            boolean response = feedOne(ModelDirection.RESPONSE);
            progress = request || response;
        }
        feeding = false;
    }

    private boolean feedOne(ModelDirection direction) {
        HttpPart next = queue(direction).peek();
        boolean free = next instanceof HttpPart.Headers
                || (!model.congested(direction)
                        && (arrival == BodyArrival.WITH_HEADERS || !model.holdsBody(direction)));
        if (next == null || over || !free) {
            return false;
        }
        queue(direction).remove();
        execute(model.http(direction, next));
        return true;
    }

    private Queue<HttpPart> queue(ModelDirection direction) {
        return Objects.requireNonNull(pending.get(direction));
    }

    private void execute(List<Action> actions) {
        for (Action action : actions) {
            switch (action) {
                case Action.Send send -> send(send.message());
                case Action.Forward(ModelDirection direction, HttpPart part) -> forward(direction, part);
                case Action.ResetUpstream ignored -> upstreamAsked = true;
                case Action.ResetClient ignored -> {
                    reset = true;
                    finish();
                }
                case Action.StartTimer timer -> startTimer(timer.direction(), timer.delay());
                case Action.StopTimer timer -> stopTimer(timer.direction());
                case Action.CloseStream ignored -> closeStream();
            }
        }
        feed();
    }

    private void send(ProcessingRequest message) {
        sent.add(message);
        if (stream == null) {
            stream = opener.apply(this::answered);
            stream.ended().onSuccess(this::streamEnded);
        }
        stream.send(message);
        pass(Moment.FIRST_MESSAGE_SENT);
    }

    private void answered(ProcessingResponse answer) {
        received.add(answer);
        execute(model.answer(answer));
        pass(Moment.FIRST_ANSWER_APPLIED);
    }

    private void streamEnded(StreamEnd end) {
        if (end.kind() != Kind.LEFT_BY_ENVOY) {
            execute(model.streamEnded(end.status(), end.message()));
        }
        completeIfOver();
    }

    private void forward(ModelDirection direction, HttpPart part) {
        switch (direction) {
            case REQUEST -> {
                toUpstream.accept(part);
                boolean ready = toUpstream.complete() || upstream.repliesEarly();
                if (ready && !upstreamAsked) {
                    upstreamAsked = true;
                    askUpstream();
                }
            }
            case RESPONSE -> {
                toClient.accept(part);
                pass(Moment.RESPONSE_STARTED);
                if (toClient.complete()) {
                    finish();
                }
            }
        }
    }

    private void askUpstream() {
        SimRequest reached = Objects.requireNonNull(toUpstream.request());
        Future<SimResponse> response =
                upstream.respond(reached).otherwise(broken -> SimResponse.of(503, "upstream connect error"));
        response.onSuccess(answer -> context.runOnContext(v -> {
            queue(ModelDirection.RESPONSE).addAll(answer.parts());
            feed();
        }));
        pass(Moment.UPSTREAM_REACHED);
    }

    private void startTimer(ModelDirection direction, Duration delay) {
        stopTimer(direction);
        long millis = Math.max(1, delay.toMillis());
        timers.put(direction, vertx.setTimer(millis, id -> {
            timers.remove(direction, id);
            execute(model.timerFired(direction));
        }));
    }

    private void stopTimer(ModelDirection direction) {
        Long timer = timers.remove(direction);
        if (timer != null) {
            vertx.cancelTimer(timer);
        }
    }

    /** Closes the stream after a delay, so that messages sent with the server's last answer are still received. */
    private void closeStream() {
        SimStream open = Objects.requireNonNull(stream);
        Duration delay = config.observabilityMode() ? config.deferredCloseTimeout() : linger;
        if (config.gracefulGrpcClose()) {
            delay = REMOTE_CLOSE_TIMEOUT;
            context.runOnContext(v -> open.halfClose());
        }
        if (delay.isZero()) {
            context.runOnContext(v -> open.leave());
        } else {
            vertx.setTimer(Math.max(1, delay.toMillis()), id -> open.leave());
        }
    }

    private void pass(Moment moment) {
        if (passed.add(moment) && moment == hangUpAt) {
            context.runOnContext(v -> hangUpNow());
        }
    }

    private void hangUpNow() {
        if (!over) {
            reset = true;
            finish();
        }
    }

    private void finish() {
        if (!over) {
            over = true;
            execute(model.destroyed());
            completeIfOver();
        }
    }

    private void completeIfOver() {
        boolean streamOver = stream == null || stream.ended().isComplete();
        if (over && streamOver && !result.future().isComplete()) {
            StreamEnd end = stream == null
                    ? new StreamEnd(Kind.NOT_OPENED, 0, "")
                    : stream.ended().result();
            result.complete(new SimResult(
                    toClient.response(),
                    reset,
                    toUpstream.request(),
                    toUpstream.complete(),
                    model.details(),
                    model.counters(),
                    model.writtenMetadata(),
                    sent,
                    received,
                    end,
                    faults()));
        }
    }

    private List<String> faults() {
        List<String> faults = new ArrayList<>(model.faults());
        String requestLength = toUpstream.lengthFault();
        if (requestLength != null) {
            faults.add("request to the upstream: " + requestLength);
        }
        int status = toClient.response().status();
        boolean bodyless = request.method().equals("HEAD") || status == 204 || status == 304;
        String responseFault = bodyless ? toClient.bodyFault() : toClient.lengthFault();
        if (responseFault != null) {
            faults.add("response to the client: " + responseFault);
        }
        return faults;
    }
}
