/**
 * Operations on state that exchanges share, in memory or on a server for all instances of the engine, and the replies
 * of the server.
 */
@Api
@NullMarked
package io.policyengine.core.store;

import io.policyengine.core.stability.Api;
import org.jspecify.annotations.NullMarked;
