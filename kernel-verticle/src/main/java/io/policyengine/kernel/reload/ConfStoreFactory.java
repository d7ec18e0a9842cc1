package io.policyengine.kernel.reload;

import io.vertx.config.ConfigRetriever;
import io.vertx.config.ConfigRetrieverOptions;
import io.vertx.config.ConfigStoreOptions;
import io.vertx.config.spi.ConfigStore;
import io.vertx.config.spi.ConfigStoreFactory;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.core.shareddata.LocalMap;
import java.util.Objects;

/**
 * Provides {@link ConfStore}s to vertx-config, which loads this factory as a service and passes it the id of a store in
 * JSON.
 */
public final class ConfStoreFactory implements ConfigStoreFactory {
    private static final String TYPE = "confdir";
    private static final String DIRECTORY = "directory";
    private static final long SCAN_PERIOD_MS = 500;

    /** Creates the factory; called by vertx-config. */
    public ConfStoreFactory() {}

    /** Creates a retriever that scans the store twice a second. */
    static ConfigRetriever scans(Vertx vertx, ConfStore store) {
        return ConfigRetriever.create(
                vertx,
                new ConfigRetrieverOptions()
                        .setIncludeDefaultStores(false)
                        .setScanPeriod(SCAN_PERIOD_MS)
                        .addStore(options(vertx, store)));
    }

    /** Registers the store, and returns the options by which vertx-config finds it. */
    private static ConfigStoreOptions options(Vertx vertx, ConfStore store) {
        String directory = store.texts().directory().toString();
        stores(vertx).put(directory, store);
        return new ConfigStoreOptions().setType(TYPE).setConfig(new JsonObject().put(DIRECTORY, directory));
    }

    @Override
    public String name() {
        return TYPE;
    }

    @Override
    public ConfigStore create(Vertx vertx, JsonObject configuration) {
        return Objects.requireNonNull(stores(vertx).remove(configuration.getString(DIRECTORY)));
    }

    private static LocalMap<String, ConfStore> stores(Vertx vertx) {
        return vertx.sharedData().getLocalMap(ConfStoreFactory.class.getName());
    }
}
