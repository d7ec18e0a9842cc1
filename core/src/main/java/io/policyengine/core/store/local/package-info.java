/** The store in the memory of the process. */
@Api
@NullMarked
package io.policyengine.core.store.local;

import io.policyengine.core.stability.Api;
import org.jspecify.annotations.NullMarked;
