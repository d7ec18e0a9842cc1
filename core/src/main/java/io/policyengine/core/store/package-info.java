/**
 * State shared by the exchanges and optionally the instances of an engine: the operations of stores and their replies.
 */
@Api
@NullMarked
package io.policyengine.core.store;

import io.policyengine.core.stability.Api;
import org.jspecify.annotations.NullMarked;
