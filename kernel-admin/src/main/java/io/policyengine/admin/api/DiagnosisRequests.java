package io.policyengine.admin.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.policyengine.admin.diagnosis.HeapDump;
import io.policyengine.admin.diagnosis.Recorder;
import io.policyengine.admin.diagnosis.ThreadDump;
import io.policyengine.admin.view.HeapDumpView;
import io.policyengine.admin.view.ProfileView;
import io.policyengine.admin.view.ProfileView.State;
import io.policyengine.admin.view.ThreadView;
import io.policyengine.core.async.OffLoop;
import io.policyengine.core.config.ObservabilityConfig.AdminRole;
import io.policyengine.core.dump.DiskFullException;
import io.policyengine.core.dump.DumpFolder;
import io.policyengine.core.params.BoundParams;
import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import io.policyengine.core.params.ParamProblem;
import io.policyengine.core.params.ParamsBinder;
import io.policyengine.core.params.Range;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The operations that inspect the JVM. One of them runs at a time, and others are refused as busy, so that they occupy
 * only one thread. One heap dump and one recording are kept in the folder {@code dumps} of the state directory.
 * Confined to the kernel's event loop.
 */
final class DiagnosisRequests {
    /** The name of the process in the names of its files. */
    private static final String PROCESS = "kernel";

    private static final ParamsBinder<Wanted> BINDER = ParamsBinder.of(Wanted.class);

    private final Vertx vertx;
    private final @Nullable Path state;
    private final InstantSource clock;
    private ProfileView profile = new ProfileView(State.NONE, null, null, null);
    private @Nullable Recorder running;
    private long end = -1;
    private boolean isBusy;
    private boolean isClosed;

    /** The request body of the operation {@code startProfile}. */
    record Wanted(
            @Doc("The duration in milliseconds, at most ten minutes.")
            @JsonProperty("for_ms")
            @Range(min = 1_000, max = 600_000)
            @Default("60000")
            Duration forTime,

            @Doc("Maximum size of the recording in bytes; the oldest data is dropped beyond it.")
            @Range(min = 1_048_576, max = 268_435_456)
            @Default("67108864")
            long maxBytes) {}

    DiagnosisRequests(Vertx vertx, @Nullable Path state, InstantSource clock) {
        this.vertx = vertx;
        this.state = state;
        this.clock = clock;
    }

    List<ApiOperation> endpoints() {
        ObjectNode wanted = BINDER.schema().deepCopy();
        wanted.remove("$schema");
        return List.of(
                operation(
                        HttpMethod.GET,
                        "/threads",
                        "getThreads",
                        "A thread dump with locks.",
                        ThreadView.All.class,
                        _ -> alone(ThreadDump::takeBlocking).map(ApiAnswer::of)),
                operation(
                                HttpMethod.POST,
                                "/heap:dump",
                                "dumpHeap",
                                "Writes the live objects of the heap to the state directory. The process is stopped"
                                        + " meanwhile."
                                        + " The dump contains the credentials that are in memory.",
                                HeapDumpView.class,
                                _ -> alone(() -> HeapDump.writeBlocking(folderBlocking()))
                                        .map(ApiAnswer::of))
                        .refusing(ApiProblem.Code.NO_ROOM)
                        .refusing(ApiProblem.Code.NO_STATE_DIRECTORY),
                new ApiOperation(
                                new ApiOperation.Operation(
                                        HttpMethod.POST,
                                        "/profile:start",
                                        "startProfile",
                                        "Starts a recording of the JVM in place of the previous one. The recording"
                                                + " ends by itself.",
                                        false),
                                wanted,
                                ProfileView.class,
                                List.of(ApiProblem.Code.INVALID_BODY),
                                AdminRole.OPERATE,
                                this::start)
                        .busy()
                        .refusing(ApiProblem.Code.ALREADY_RUNNING)
                        .refusing(ApiProblem.Code.NO_ROOM)
                        .refusing(ApiProblem.Code.NO_STATE_DIRECTORY),
                operation(
                        HttpMethod.GET,
                        "/profile",
                        "getProfile",
                        "The state of the last recording.",
                        ProfileView.class,
                        _ -> Future.succeededFuture(ApiAnswer.of(profile))),
                operation(
                                HttpMethod.GET,
                                "/profile/file",
                                "getProfileFile",
                                "The file of the last recording, once it has ended. One client at a time may download it.",
                                null,
                                _ -> file())
                        .refusing(ApiProblem.Code.NOT_FOUND));
    }

    private static ApiOperation operation(
            HttpMethod method,
            String path,
            String id,
            String summary,
            @Nullable Class<? extends Record> gives,
            ApiOperation.Handler handler) {
        return new ApiOperation(
                        new ApiOperation.Operation(method, path, id, summary),
                        null,
                        gives,
                        List.of(),
                        AdminRole.OPERATE,
                        handler)
                .busy();
    }

    /** Ends a running recording, and drops its data. */
    void close() {
        isClosed = true;
        vertx.cancelTimer(end);
        Recorder recorder = running;
        if (recorder != null) {
            running = null;
            OffLoop.run(vertx, recorder::close);
        }
    }

    private <T> Future<T> alone(Callable<T> work) {
        if (isBusy) {
            throw busy("a dump is being taken: try again later");
        }
        isBusy = true;
        return OffLoop.call(vertx, work).onComplete(_ -> isBusy = false).recover(failure -> {
            if (failure instanceof DiskFullException full) {
                return Future.failedFuture(new ApiProblem(ApiProblem.Code.NO_ROOM, String.valueOf(full.getMessage())));
            }
            return Future.failedFuture(failure);
        });
    }

    private static ApiProblem busy(String detail) {
        return new ApiProblem(ApiProblem.Code.BUSY, detail);
    }

    private DumpFolder folderBlocking() throws IOException {
        if (state == null) {
            throw new ApiProblem(
                    ApiProblem.Code.NO_STATE_DIRECTORY, "the kernel has no state directory: start it with --state");
        }
        return DumpFolder.openBlocking(state, PROCESS);
    }

    private Future<ApiAnswer> start(ApiRequest request) {
        ObjectNode body = request.body().length() == 0 ? JsonNodeFactory.instance.objectNode() : request.plainJson();
        Wanted wanted = switch (BINDER.bind(body)) {
            case BoundParams.Ok<Wanted>(Wanted value) -> value;
            case BoundParams.Invalid<Wanted>(List<ParamProblem> problems) ->
                throw new ApiProblem(
                        ApiProblem.Code.INVALID_BODY,
                        problems.stream().map(ParamProblem::withKey).collect(Collectors.joining("; ")));
        };
        if (running != null || profile.state() == State.RUNNING) {
            throw new ApiProblem(
                    ApiProblem.Code.ALREADY_RUNNING, "a recording is already running: GET /profile shows its end");
        }
        return alone(() -> Recorder.startBlocking(folderBlocking(), wanted.forTime(), wanted.maxBytes()))
                .map(recorder -> {
                    if (isClosed) {
                        recorder.close();
                        throw busy("the kernel ends");
                    }
                    Instant until = clock.instant().plus(wanted.forTime());
                    running = recorder;
                    profile = new ProfileView(State.RUNNING, until.toString(), null, null);
                    end = vertx.setTimer(wanted.forTime().toMillis(), _ -> finish(recorder));
                    return ApiAnswer.of(profile);
                });
    }

    private void finish(Recorder recorder) {
        running = null;
        OffLoop.call(vertx, recorder::finishBlocking)
                .onSuccess(bytes -> profile = new ProfileView(State.ENDED, null, bytes, null))
                .onFailure(failure ->
                        profile = new ProfileView(State.FAILED, null, null, String.valueOf(failure.getMessage())));
    }

    private Future<ApiAnswer> file() {
        if (profile.state() != State.ENDED) {
            throw new ApiProblem(
                    ApiProblem.Code.NOT_FOUND, "there is no finished recording: GET /profile shows its state");
        }
        return alone(() -> Recorder.file(folderBlocking())).map(ApiAnswer::ofFile);
    }
}
