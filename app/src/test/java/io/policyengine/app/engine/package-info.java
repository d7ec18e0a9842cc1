@NullMarked
package io.policyengine.app.engine;

import org.jspecify.annotations.NullMarked;
