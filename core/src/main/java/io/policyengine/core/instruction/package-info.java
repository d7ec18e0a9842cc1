/**
 * The changes that a policy may request. Each phase, and trailers, have a sealed type of their own, so the compiler
 * rejects a change that is impossible there. The package has over twenty types, since each change is a record.
 */
@Api
@NullMarked
package io.policyengine.core.instruction;

import io.policyengine.core.stability.Api;
import org.jspecify.annotations.NullMarked;
