package io.policyengine.policies.message.transformbody;

import io.policyengine.core.work.StopSignal;
import io.policyengine.core.work.Work;
import io.policyengine.policies.format.json.JsonSize;
import io.policyengine.policies.message.transformbody.xml.JsonToXml;
import io.policyengine.policies.message.transformbody.xml.UnfitTextException;
import io.policyengine.policies.message.transformbody.xml.XmlMapping;
import io.policyengine.policies.message.transformbody.xml.XmlSize;
import io.policyengine.policies.message.transformbody.xml.XmlToJson;
import io.policyengine.policies.shared.template.Template;
import java.util.Optional;

sealed interface Conversion extends BodyStep {
    String contentType();

    /**
     * The conversion from XML to JSON.
     *
     * @param charset charset named by the content type of the message
     */
    record ToJson(XmlMapping mapping, Optional<String> charset) implements Conversion {
        @Override
        public String contentType() {
            return "application/json";
        }

        @Override
        public Effort measure(byte[] body, StopSignal stop) throws UnfitBodyException {
            try {
                XmlSize size = XmlToJson.measure(body, charset, mapping, stop);
                return new Effort(size.isSmall(), size.work());
            } catch (UnfitTextException unfit) {
                throw unfit(unfit);
            }
        }

        @Override
        public byte[] apply(byte[] body, Template.Fill fill, StopSignal stop) throws UnfitBodyException {
            try {
                return XmlToJson.convert(body, charset, mapping, stop);
            } catch (UnfitTextException unfit) {
                throw unfit(unfit);
            }
        }
    }

    record ToXml(XmlMapping mapping) implements Conversion {
        /** Heap bytes per character of the result, which exists three times: as written, as a copy, and as octets. */
        private static final int PER_CHARACTER = 3;

        @Override
        public String contentType() {
            return "application/xml";
        }

        @Override
        public Effort measure(byte[] body, StopSignal stop) throws UnfitBodyException {
            JsonSize size = JsonSize.of(body, true, stop);
            if (size.values() > mapping.maxValues()) {
                throw UnfitBodyException.tooLarge(
                        "it may have " + size.values() + " values, more than xml.max_values: " + mapping.maxValues());
            }
            long heapBytes = size.heapBytes() + PER_CHARACTER * JsonToXml.mostOf(body.length);
            return new Effort(size.isSmall(), Work.onBody(body.length, heapBytes));
        }

        @Override
        public byte[] apply(byte[] body, Template.Fill fill, StopSignal stop) throws UnfitBodyException {
            try {
                return JsonToXml.convert(body, mapping, stop);
            } catch (UnfitTextException unfit) {
                throw unfit(unfit);
            }
        }
    }

    private static UnfitBodyException unfit(UnfitTextException unfit) {
        String message = String.valueOf(unfit.getMessage());
        return unfit.isTooLarge() ? UnfitBodyException.tooLarge(message) : new UnfitBodyException(message);
    }
}
