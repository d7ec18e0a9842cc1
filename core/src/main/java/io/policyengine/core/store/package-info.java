/** State that the exchanges, and by choice the instances, of an engine share: what a policy asks a store to do, and what comes of it. */
@Api
@NullMarked
package io.policyengine.core.store;

import io.policyengine.core.stability.Api;
import org.jspecify.annotations.NullMarked;
