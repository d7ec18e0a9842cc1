package io.policyengine.admin;

import io.policyengine.admin.access.AdminTokens;
import io.policyengine.admin.access.AuditLog;
import io.policyengine.admin.accesslog.AccessLog;
import io.policyengine.admin.api.ApiRoutes;
import io.policyengine.admin.api.ManagementApi;
import io.policyengine.admin.flight.FlightRecorders;
import io.policyengine.admin.stats.EntryFigures;
import io.policyengine.admin.stats.Stats;
import io.policyengine.admin.view.BuildView;
import io.policyengine.core.admin.AdminRoutes;
import io.policyengine.core.log.ComponentLevels;
import io.policyengine.core.time.Ticker;
import io.policyengine.kernel.ManagedKernel;
import io.policyengine.kernel.Management;
import io.policyengine.kernel.recorder.ExchangeObservers;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The management of a kernel: the flight recorder, live figures of chain entries, the access log, and the management
 * API with the admin page.
 */
public final class KernelAdmin implements Management {
    private final ExchangeObservers observers;
    private final AdminTokens tokens;
    private final Stats stats;
    private final ManagementApi api;
    private final ApiRoutes routes;

    /**
     * Returns a factory of the management, for a process whose build is unknown.
     *
     * @param levels log levels of the process
     */
    public static Management.Factory with(ComponentLevels levels) {
        return with(levels, BuildView.UNKNOWN);
    }

    /**
     * Returns a factory of the management.
     *
     * @param levels log levels of the process
     * @param build the build that the management API shows
     */
    public static Management.Factory with(ComponentLevels levels, BuildView build) {
        return kernel -> new KernelAdmin(kernel, levels, build);
    }

    private KernelAdmin(ManagedKernel kernel, ComponentLevels levels, BuildView build) {
        FlightRecorders recorders = new FlightRecorders(
                kernel.config().recorder(), kernel.resources().loops());
        EntryFigures figures = new EntryFigures(Ticker.SYSTEM);
        this.observers = ExchangeObservers.of(
                List.of(recorders, figures, _ -> List.of(new AccessLog(RandomGenerator.getDefault()))));
        this.tokens = new AdminTokens(kernel.config(), kernel.directory());
        this.stats = new Stats(kernel.vertx(), kernel.resources().metrics(), figures, Ticker.SYSTEM);
        stats.open();
        this.api = new ManagementApi(kernel, levels, recorders, stats, build);
        this.routes = new ApiRoutes(
                api, kernel.vertx().getOrCreateContext(), tokens, new AuditLog(Ticker.SYSTEM), kernel.meters());
    }

    @Override
    public ExchangeObservers observers() {
        return observers;
    }

    @Override
    public AdminRoutes routes() {
        return routes;
    }

    @Override
    public List<String> remarks() {
        return tokens.failures();
    }

    @Override
    public void close() {
        stats.close();
        api.close();
    }
}
