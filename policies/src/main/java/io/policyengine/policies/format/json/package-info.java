/**
 * JSON in bodies. {@link io.policyengine.policies.format.json.JsonReader} is the only reader: it decides what is JSON
 * within the limits, and reports to a {@link io.policyengine.policies.format.json.JsonSink}. {@link
 * io.policyengine.policies.format.json.JsonTexts} returns whole texts as trees or with the positions of their parts,
 * which {@link io.policyengine.policies.format.json.JsonSplices} edits.
 */
@NullMarked
package io.policyengine.policies.format.json;

import org.jspecify.annotations.NullMarked;
