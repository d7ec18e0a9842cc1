/**
 * State that exchanges share, in memory or on a server for all instances of the engine: operations and their replies.
 */
@Api
@NullMarked
package io.policyengine.core.store;

import io.policyengine.core.stability.Api;
import org.jspecify.annotations.NullMarked;
