//! What lies in a queue, with all that the broker keeps of it.

use harness::check::Stop;
use lapin::BasicProperties;
use lapin::message::BasicGetMessage;
use lapin::options::{BasicGetOptions, BasicPublishOptions, BasicRejectOptions};
use lapin::types::AMQPValue;

use crate::broker::Rabbit;
use crate::queue::Queue;

/// On disk, if the queue is durable: 2 is "persistent".
const PERSISTENT: u8 = 2;

/// A message in a queue.
pub(crate) struct Message {
    pub(crate) text: String,
    /// Whether a restart of the broker leaves it.
    pub(crate) is_persistent: bool,
    /// How often the broker says that it was rejected, and moved for that.
    pub(crate) rejections: i64,
}

impl Queue<'_> {
    /// Puts persistent messages into it, in this order, and returns when they lie there.
    ///
    /// # Errors
    /// `Unknown` if the broker does not do it.
    pub(crate) fn keeps(
        &self,
        rabbit: &Rabbit,
        texts: impl IntoIterator<Item = impl ToString>,
    ) -> Result<(), Stop> {
        for text in texts {
            rabbit.asks(async |channel| {
                let (options, data) = (BasicPublishOptions::default(), text.to_string());
                let properties = BasicProperties::default().with_delivery_mode(PERSISTENT);
                let written = channel
                    .basic_publish(
                        "".into(),
                        self.name().into(),
                        options,
                        data.as_bytes(),
                        properties,
                    )
                    .await?;
                written.await
            })?;
        }
        Ok(())
    }

    /// The messages in it, which stay there.
    ///
    /// # Errors
    /// `Unknown` if the broker does not answer.
    pub(crate) fn messages(&self, rabbit: &Rabbit) -> Result<Vec<Message>, Stop> {
        let count = self.ready()?;
        let channel = rabbit.opens_channel()?;
        rabbit.asks(async |_| {
            let mut taken = Vec::new();
            for _ in 0..count {
                let options = BasicGetOptions::default();
                taken.extend(channel.basic_get(self.name().into(), options).await?);
            }
            let messages = taken.iter().map(Message::of).collect();
            // Back to their places, the last one first: each goes to the head.
            for message in taken.iter().rev() {
                message.delivery.reject(BasicRejectOptions { requeue: true }).await?;
            }
            channel.close(200, "looked".into()).await?;
            Ok(messages)
        })
    }
}

impl Message {
    fn of(message: &BasicGetMessage) -> Self {
        let properties = &message.delivery.properties;
        Self {
            text: String::from_utf8_lossy(&message.delivery.data).into_owned(),
            is_persistent: *properties.delivery_mode() == Some(PERSISTENT),
            rejections: rejections(properties).unwrap_or(0),
        }
    }
}

/// The count of "rejected" in the header `x-death`.
fn rejections(properties: &BasicProperties) -> Option<i64> {
    let deaths = properties.headers().as_ref()?.inner().get("x-death")?;
    let AMQPValue::FieldArray(deaths) = deaths else { return None };
    deaths.as_slice().iter().find_map(|death| {
        let death = death.as_field_table()?.inner();
        let is_rejected = match death.get("reason")? {
            AMQPValue::LongString(reason) => reason.as_bytes() == b"rejected",
            AMQPValue::ShortString(reason) => reason.as_str() == "rejected",
            _ => false,
        };
        if is_rejected { death.get("count")?.as_long_long_int() } else { None }
    })
}
