/** The processes of the engine, which connect kernel and workers. */
@NullMarked
package io.policyengine.app.engine;

import org.jspecify.annotations.NullMarked;
