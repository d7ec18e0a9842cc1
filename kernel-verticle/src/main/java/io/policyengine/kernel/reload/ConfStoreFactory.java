package io.policyengine.kernel.reload;

import io.vertx.config.ConfigStoreOptions;
import io.vertx.config.spi.ConfigStore;
import io.vertx.config.spi.ConfigStoreFactory;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.core.shareddata.LocalMap;
import java.util.Objects;

/** Hands {@link ConfStore}s to vertx-config, which finds factories as services and knows stores by JSON alone. */
public final class ConfStoreFactory implements ConfigStoreFactory {
    private static final String TYPE = "confdir";
    private static final String DIRECTORY = "directory";

    /** Made by vertx-config. */
    public ConfStoreFactory() {}

    /** The options that lead vertx-config to a store. */
    static ConfigStoreOptions options(Vertx vertx, ConfStore store) {
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
