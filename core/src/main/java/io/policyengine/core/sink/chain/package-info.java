/** The chain of an audit trail: each line carries the digest of the one before; how it is written, and how it is checked. */
@Api
@NullMarked
package io.policyengine.core.sink.chain;

import io.policyengine.core.stability.Api;
import org.jspecify.annotations.NullMarked;
