/** The report on a recorded exchange, and the prediction of its outcome under another configuration. */
@NullMarked
package io.policyengine.app.explain;

import org.jspecify.annotations.NullMarked;
